package dev.glovebox.node;

import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

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

    /// Bytes that new processes could have.
    long availableMemory() {
        return meminfo("MemAvailable");
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
