package dev.glovebox.node.capacity;

import dev.glovebox.node.eviction.Signal;
import dev.glovebox.node.eviction.Thresholds;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.TreeMap;

/// What a node has.
///
/// @param milliCpus thousandths of a processor
/// @param memory bytes
/// @param storage bytes of the disk that the node's data lies on
/// @param pods most pods
/// @param processes most processes and threads
/// @param hugePages bytes by resource name, for example `hugepages-2Mi`
public record NodeCapacity(
        long milliCpus,
        long memory,
        long storage,
        int pods,
        long processes,
        Map<String, Long> hugePages) {
    private static final int KIBIBYTE = 1024;

    /// Copies.
    public NodeCapacity {
        hugePages = Map.copyOf(hugePages);
    }

    /// As `status.capacity` shows it.
    public Map<String, Quantity> shown() {
        return shown(milliCpus, memory / KIBIBYTE + "Ki", storage / KIBIBYTE + "Ki");
    }

    /// As `status.allocatable` shows it: without what is reserved, and without what must stay free
    /// so that nobody is evicted.
    public Map<String, Quantity> allocatable(Reserved reserved, Thresholds hard) {
        NodeCapacity pods = forPods(reserved);
        long spareMemory = hard.of(Signal.MEMORY_AVAILABLE, memory);
        long spareStorage = hard.of(Signal.NODEFS_AVAILABLE, storage);
        return shown(
                pods.milliCpus,
                Math.max(0, pods.memory - spareMemory) / KIBIBYTE + "Ki",
                Long.toString(Math.max(0, pods.storage - spareStorage)));
    }

    /// What all pods together are held to. Pages that are reserved as huge are nobody's memory.
    public NodeCapacity forPods(Reserved reserved) {
        long huge = hugePages.values().stream().mapToLong(Long::longValue).sum();
        return new NodeCapacity(
                Math.max(0, milliCpus - reserved.milliCpus()),
                Math.max(0, memory - reserved.memory() - huge),
                Math.max(0, storage - reserved.storage()),
                pods,
                Math.max(1, processes - reserved.processes()),
                hugePages);
    }

    private Map<String, Quantity> shown(long cpus, String memoryText, String storageText) {
        Map<String, Quantity> all = new TreeMap<>();
        all.put("cpu", Quantity.parse(cpus % 1000 == 0 ? "" + cpus / 1000 : cpus + "m"));
        all.put("memory", Quantity.parse(memoryText));
        all.put("ephemeral-storage", Quantity.parse(storageText));
        all.put("pods", Quantity.parse(Integer.toString(pods)));
        hugePages.forEach((name, bytes) -> all.put(name, Quantity.parse(bytes.toString())));
        return all;
    }
}
