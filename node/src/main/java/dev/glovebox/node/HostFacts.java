package dev.glovebox.node;

import dev.glovebox.node.capacity.NodeCapacity;
import dev.glovebox.node.eviction.FileSystemUse;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What this machine is, from its own files.
final class HostFacts {
    private final Path root;

    HostFacts(Path root) {
        this.root = root;
    }

    int cpus() {
        return Runtime.getRuntime().availableProcessors();
    }

    /// Bytes of memory.
    long memory() {
        return meminfo("MemTotal");
    }

    /// What its pods can be told that there is.
    Map<String, Quantity> amounts() {
        return Map.of(
                "cpu", new Quantity(Integer.toString(cpus())),
                "memory", new Quantity(Long.toString(memory())));
    }

    /// Most processes and threads that the kernel lets there be.
    long processes() {
        return Math.min(setting("pid_max"), setting("threads-max"));
    }

    /// A number among the kernel's settings. It is told to one read alone: whoever asks for a byte
    /// first gets no more than that.
    private long setting(String name) {
        Path file = root.resolve("proc/sys/kernel").resolve(name);
        byte[] digits = new byte[32];
        try (var in = Files.newInputStream(file)) {
            int length = in.read(digits);
            return Long.parseLong(new String(digits, 0, length, StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What there is for a node whose data lies there.
    ///
    /// @param data a directory that exists
    /// @param pods most pods
    NodeCapacity capacity(Path data, int pods) {
        return new NodeCapacity(
                1000L * cpus(), memory(), disk(data), pods, processes(), hugePages());
    }

    private static long disk(Path data) {
        return FileSystemUse.of(data)
                .map(use -> use.bytes().capacity())
                .orElseThrow(() -> new UncheckedIOException(new IOException("no disk at " + data)));
    }

    /// Bytes in pages of each size, by resource name.
    private Map<String, Long> hugePages() {
        Path sizes = root.resolve("sys/kernel/mm/hugepages");
        Map<String, Long> all = new TreeMap<>();
        if (!Files.isDirectory(sizes)) {
            return all;
        }
        try (var directories = Files.list(sizes)) {
            for (Path each : directories.toList()) {
                String name = each.getFileName().toString();
                long kibibytes = Long.parseLong(name.replaceAll("\\D", ""));
                String file = root.relativize(each.resolve("nr_hugepages")).toString();
                all.put(resource(kibibytes), (kibibytes << 10) * number(file));
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String resource(long kibibytes) {
        long mebibytes = kibibytes >> 10;
        return mebibytes == 0
                ? "hugepages-" + kibibytes + "Ki"
                : mebibytes % 1024 == 0
                        ? "hugepages-" + (mebibytes >> 10) + "Gi"
                        : "hugepages-" + mebibytes + "Mi";
    }

    private long number(String file) {
        return line(file).map(Long::parseLong).orElse(0L);
    }

    String kernel() {
        return line("proc/sys/kernel/osrelease").orElse("unknown");
    }

    String machineId() {
        return line("etc/machine-id").orElse("");
    }

    String bootId() {
        return line("proc/sys/kernel/random/boot_id").orElse("");
    }

    String osImage() {
        Path file = root.resolve("etc/os-release");
        if (!Files.isReadable(file)) {
            return "Linux";
        }
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith("PRETTY_NAME="))
                    .map(line -> line.substring("PRETTY_NAME=".length()).replace("\"", ""))
                    .findFirst()
                    .orElse("Linux");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// As Go names architectures.
    String architecture() {
        String name = System.getProperty("os.arch");
        return switch (name == null ? "" : name) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            case String other -> other;
        };
    }

    String resolvConf() {
        for (String file : new String[] {"run/systemd/resolve/resolv.conf", "etc/resolv.conf"}) {
            Path path = root.resolve(file);
            if (Files.isReadable(path)) {
                try {
                    return Files.readString(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return "";
    }

    private Optional<String> line(String file) {
        Path path = root.resolve(file);
        try {
            return Files.isReadable(path)
                    ? Optional.of(Files.readString(path).strip())
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long meminfo(String key) {
        try (var lines = Files.lines(root.resolve("proc/meminfo"))) {
            return lines.filter(line -> line.startsWith(key + ":"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(0L);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
