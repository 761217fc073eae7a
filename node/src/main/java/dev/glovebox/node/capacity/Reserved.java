package dev.glovebox.node.capacity;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// What pods may not have of a node: kept for the machine's own programs and for the engine
/// (kubelet's `systemReserved` and `kubeReserved`).
///
/// @param milliCpus thousandths of a processor
/// @param memory bytes
/// @param storage bytes of the node's disk
/// @param processes processes and threads
public record Reserved(long milliCpus, long memory, long storage, long processes) {
    /// Nothing is kept.
    public static final Reserved NONE = new Reserved(0, 0, 0, 0);

    private static final Set<String> NAMES = Set.of("cpu", "memory", "ephemeral-storage", "pid");

    /// Refuses less than nothing.
    public Reserved {
        if (milliCpus < 0 || memory < 0 || storage < 0 || processes < 0) {
            throw new IllegalArgumentException("less than nothing is reserved");
        }
    }

    /// What a list such as `cpu=100m,memory=200Mi,ephemeral-storage=1Gi,pid=1000` says; nothing for
    /// an empty one.
    ///
    /// @throws IllegalArgumentException where it cannot be understood, with a sentence for a person
    public static Reserved parse(String text) {
        Map<String, Quantity> all = new HashMap<>();
        for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
            String[] words = part.strip().split("=", 2);
            if (words.length != 2 || !NAMES.contains(words[0])) {
                throw new IllegalArgumentException(
                        "wants cpu, memory, ephemeral-storage or pid and an amount, as in"
                                + " cpu=100m,memory=200Mi, not \""
                                + part.strip()
                                + "\"");
            }
            if (all.put(words[0], Quantity.parse(words[1])) != null) {
                throw new IllegalArgumentException("names " + words[0] + " twice");
            }
        }
        return new Reserved(
                amount(all, "cpu", 1000),
                amount(all, "memory", 1),
                amount(all, "ephemeral-storage", 1),
                amount(all, "pid", 1));
    }

    private static long amount(Map<String, Quantity> all, String name, int scale) {
        Quantity quantity = all.get(name);
        return quantity == null
                ? 0
                : quantity.getNumericalAmount()
                        .multiply(BigDecimal.valueOf(scale))
                        .setScale(0, RoundingMode.CEILING)
                        .longValueExact();
    }

    /// Both together.
    public Reserved and(Reserved other) {
        return new Reserved(
                milliCpus + other.milliCpus,
                memory + other.memory,
                storage + other.storage,
                processes + other.processes);
    }
}
