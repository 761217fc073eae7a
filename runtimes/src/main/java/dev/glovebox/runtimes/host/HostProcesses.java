package dev.glovebox.runtimes.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads processes out of `/proc`.
public final class HostProcesses {
    private static final Pattern NAMESPACE = Pattern.compile("[a-z_]+:\\[(\\d+)]");

    /// By bit number, from linux/capability.h.
    private static final List<String> CAPABILITIES =
            List.of(
                    "CAP_CHOWN",
                    "CAP_DAC_OVERRIDE",
                    "CAP_DAC_READ_SEARCH",
                    "CAP_FOWNER",
                    "CAP_FSETID",
                    "CAP_KILL",
                    "CAP_SETGID",
                    "CAP_SETUID",
                    "CAP_SETPCAP",
                    "CAP_LINUX_IMMUTABLE",
                    "CAP_NET_BIND_SERVICE",
                    "CAP_NET_BROADCAST",
                    "CAP_NET_ADMIN",
                    "CAP_NET_RAW",
                    "CAP_IPC_LOCK",
                    "CAP_IPC_OWNER",
                    "CAP_SYS_MODULE",
                    "CAP_SYS_RAWIO",
                    "CAP_SYS_CHROOT",
                    "CAP_SYS_PTRACE",
                    "CAP_SYS_PACCT",
                    "CAP_SYS_ADMIN",
                    "CAP_SYS_BOOT",
                    "CAP_SYS_NICE",
                    "CAP_SYS_RESOURCE",
                    "CAP_SYS_TIME",
                    "CAP_SYS_TTY_CONFIG",
                    "CAP_MKNOD",
                    "CAP_LEASE",
                    "CAP_AUDIT_WRITE",
                    "CAP_AUDIT_CONTROL",
                    "CAP_SETFCAP",
                    "CAP_MAC_OVERRIDE",
                    "CAP_MAC_ADMIN",
                    "CAP_SYSLOG",
                    "CAP_WAKE_ALARM",
                    "CAP_BLOCK_SUSPEND",
                    "CAP_AUDIT_READ",
                    "CAP_PERFMON",
                    "CAP_BPF",
                    "CAP_CHECKPOINT_RESTORE");

    private final Path proc;

    /// Reads below `proc`, which is `/proc` but in tests.
    public HostProcesses(Path proc) {
        this.proc = Objects.requireNonNull(proc, "proc");
    }

    /// One process; empty where there is none (any more).
    public Optional<HostProcess> process(long pid) throws IOException {
        Path home = proc.resolve(Long.toString(pid));
        try {
            return Optional.of(read(pid, home));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (!Files.exists(home.resolve("status"))) {
                return Optional.empty(); // it ended while it was read (ESRCH)
            }
            throw e;
        }
    }

    /// All processes at one moment or another during the call.
    public List<HostProcess> all() throws IOException {
        List<HostProcess> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path entry : entries) {
                process(Long.parseLong(entry.getFileName().toString())).ifPresent(found::add);
            }
        }
        return found;
    }

    /// The namespaces of this very process, which stand for the host's own.
    public Map<String, Long> ownNamespaces() throws IOException {
        return namespaces(proc.resolve("self"));
    }

    /// The digest of the program that a process runs, even where its file was replaced meanwhile.
    public Digest programDigest(long pid) throws IOException {
        return Digest.of(proc.resolve(Long.toString(pid)).resolve("exe"));
    }

    /// Whether a process runs this very file. False where it has ended or is a kernel thread.
    public boolean runs(long pid, Path program) throws IOException {
        try {
            return Files.isSameFile(proc.resolve(Long.toString(pid)).resolve("exe"), program);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static HostProcess read(long pid, Path home) throws IOException {
        Map<String, String> status = status(home);
        return new HostProcess(
                pid,
                Long.parseLong(field(status, "PPid")),
                field(status, "Name"),
                executable(home),
                command(home),
                seccomp(field(status, "Seccomp")),
                field(status, "NoNewPrivs").equals("1"),
                capabilities(Long.parseUnsignedLong(field(status, "CapEff"), 16)),
                namespaces(home),
                cgroups(home));
    }

    private static Map<String, String> status(Path home) throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (String line : lines(home.resolve("status"))) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        return fields;
    }

    private static String field(Map<String, String> status, String name) throws IOException {
        String value = status.get(name);
        if (value == null) {
            throw new IOException("/proc/PID/status has no field " + name);
        }
        return value;
    }

    private static HostProcess.Seccomp seccomp(String mode) throws IOException {
        return switch (mode) {
            case "0" -> HostProcess.Seccomp.DISABLED;
            case "1" -> HostProcess.Seccomp.STRICT;
            case "2" -> HostProcess.Seccomp.FILTER;
            default -> throw new IOException("/proc/PID/status names seccomp mode " + mode);
        };
    }

    private static List<String> lines(Path file) throws IOException {
        return text(file).lines().toList();
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }

    private static String executable(Path home) throws IOException {
        try {
            return Files.readSymbolicLink(home.resolve("exe")).toString();
        } catch (NoSuchFileException | AccessDeniedException e) {
            return ""; // a kernel thread, or one that may do more than this process
        }
    }

    private static List<String> command(Path home) throws IOException {
        String words = text(home.resolve("cmdline"));
        return words.isEmpty() ? List.of() : Arrays.asList(words.split("\0", 0));
    }

    private static Set<String> capabilities(long mask) {
        Set<String> held = new LinkedHashSet<>();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((mask >>> bit & 1) == 1) {
                held.add(bit < CAPABILITIES.size() ? CAPABILITIES.get(bit) : "CAP_" + bit);
            }
        }
        return held;
    }

    private static Map<String, Long> namespaces(Path home) throws IOException {
        Map<String, Long> found = new HashMap<>();
        try (DirectoryStream<Path> links = Files.newDirectoryStream(home.resolve("ns"))) {
            for (Path link : links) {
                Matcher matcher = NAMESPACE.matcher(Files.readSymbolicLink(link).toString());
                String kind = link.getFileName().toString();
                if (matcher.matches() && !kind.endsWith("_for_children")) {
                    found.put(kind, Long.parseLong(matcher.group(1)));
                }
            }
        } catch (AccessDeniedException e) {
            return Map.of(); // of a process that may do more than this one
        }
        return found;
    }

    private static Map<String, String> cgroups(Path home) throws IOException {
        Map<String, String> paths = new HashMap<>();
        for (String line : lines(home.resolve("cgroup"))) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3) {
                for (String controller : parts[1].split(",", -1)) {
                    paths.put(controller, parts[2]);
                }
            }
        }
        return paths;
    }
}
