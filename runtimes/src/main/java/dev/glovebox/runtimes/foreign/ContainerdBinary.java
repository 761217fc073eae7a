package dev.glovebox.runtimes.foreign;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.containerd.ContainerdVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// A containerd's program, asked for its version and for what it makes of a configuration.
record ContainerdBinary(Path program) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LARGEST = 1 << 20;

    ContainerdBinary {
        Objects.requireNonNull(program, "program");
    }

    /// What it says of itself; empty where it says no version or cannot be run.
    Optional<ContainerdVersion> version() {
        try {
            Answer answer = ask(List.of("--version"));
            return answer.exitCode() == 0
                    ? ContainerdVersion.parse(answer.output())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// The configuration that containerd would run with: the file, its imports and the defaults.
    /// Refused where containerd rejects it.
    ObjectNode dump(Path file) {
        try {
            Answer answer = ask(List.of("-c", file.toString(), "config", "dump"));
            if (answer.exitCode() != 0) {
                throw new ConfigurationRefused(
                        program + " rejects the configuration " + file + ": " + answer.complaint());
            }
            return Toml.read(answer.output(), "what " + program + " makes of " + file);
        } catch (IOException e) {
            throw ConfigurationRefused.io("cannot ask " + program + " for its configuration", e);
        }
    }

    /// The program of the containerd that runs with that version: one that a process on this
    /// machine was started from, else one in the directories of `path`.
    static Optional<ContainerdBinary> running(String version, List<Path> path) throws IOException {
        List<Path> candidates = new ArrayList<>(executables());
        path.forEach(directory -> candidates.add(directory.resolve("containerd")));
        return candidates.stream()
                .distinct()
                .filter(Files::isExecutable)
                .map(ContainerdBinary::new)
                .filter(binary -> binary.says(version))
                .findFirst();
    }

    /// Whether it is of exactly that version.
    boolean says(String version) {
        try {
            return List.of(ask(List.of("--version")).output().split("\\s+", -1)).contains(version);
        } catch (IOException e) {
            return false;
        }
    }

    /// Programs of root's processes that see the files that this one sees: what somebody else has
    /// started under that name, or what runs in a container, is never run.
    private static List<Path> executables() throws IOException {
        List<Path> found = new ArrayList<>();
        Path mounts = Files.readSymbolicLink(Path.of("/proc/self/ns/mnt"));
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                program(process, mounts)
                        .filter(program -> program.endsWith("containerd"))
                        .ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<Path> program(Path process, Path mounts) {
        try {
            boolean roots = Integer.valueOf(0).equals(Files.getAttribute(process, "unix:uid"));
            if (!roots || !Files.readSymbolicLink(process.resolve("ns/mnt")).equals(mounts)) {
                return Optional.empty();
            }
            Path program = Files.readSymbolicLink(process.resolve("exe"));
            return Optional.of(program).filter(ContainerdBinary::isRootsAlone);
        } catch (IOException e) {
            // It has ended meanwhile, or is the kernel's own.
            return Optional.empty();
        }
    }

    private static boolean isRootsAlone(Path program) {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(program, "unix:uid"))
                    && Collections.disjoint(
                            Files.getPosixFilePermissions(program),
                            Set.of(
                                    PosixFilePermission.GROUP_WRITE,
                                    PosixFilePermission.OTHERS_WRITE));
        } catch (IOException e) {
            return false;
        }
    }

    private record Answer(int exitCode, String output, String errors) {
        String complaint() {
            return (errors + "\n" + output)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.contains("level=warning"))
                    .limit(2)
                    .reduce((a, b) -> a + "; " + b)
                    .orElse("exit code " + exitCode);
        }
    }

    private Answer ask(List<String> words) throws IOException {
        Path errors = Files.createTempFile("containerd", ".err");
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(words);
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try (InputStream output = process.getInputStream()) {
            process.getOutputStream().close();
            Thread.ofVirtual().start(() -> end(process));
            String said = new String(output.readNBytes(LARGEST), StandardCharsets.UTF_8);
            int code = process.waitFor();
            return new Answer(code, said, Files.readString(errors));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + program + " ran", e);
        } finally {
            process.destroyForcibly();
            Files.delete(errors);
        }
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }
}
