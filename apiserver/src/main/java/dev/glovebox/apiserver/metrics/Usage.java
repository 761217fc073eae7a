package dev.glovebox.apiserver.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.Quantity;
import java.math.BigDecimal;
import java.util.Optional;

/// What something uses.
///
/// @param nanoCores billionths of a processor
/// @param bytes of memory
record Usage(long nanoCores, long bytes) {
    static final Usage NOTHING = new Usage(0, 0);

    /// Reads a node, a pod or a container of a kubelet's summary.
    ///
    /// @return empty when it does not tell both yet
    static Optional<Usage> told(JsonNode part) {
        JsonNode cpu = part.at("/cpu/usageNanoCores");
        JsonNode memory = part.at("/memory/workingSetBytes");
        return cpu.canConvertToLong() && memory.canConvertToLong()
                ? Optional.of(new Usage(cpu.asLong(), memory.asLong()))
                : Optional.empty();
    }

    Usage plus(Usage other) {
        return new Usage(nanoCores + other.nanoCores, bytes + other.bytes);
    }

    /// What is left without a part, nothing at least: parts are read a moment later.
    Usage without(Usage part) {
        return new Usage(Math.max(0, nanoCores - part.nanoCores), Math.max(0, bytes - part.bytes));
    }

    void put(ObjectNode object) {
        object.putObject("usage")
                .put(
                        "cpu",
                        new Quantity(BigDecimal.valueOf(nanoCores, 9), Quantity.Notation.DECIMAL)
                                .toString())
                .put(
                        "memory",
                        new Quantity(BigDecimal.valueOf(bytes), Quantity.Notation.BINARY)
                                .toString());
    }
}
