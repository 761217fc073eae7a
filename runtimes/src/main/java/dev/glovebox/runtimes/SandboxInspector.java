package dev.glovebox.runtimes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.glovebox.containerd.Cri;
import dev.glovebox.cri.PodSandboxStatusResponse;
import dev.glovebox.runtimes.host.Cgroups;
import dev.glovebox.runtimes.host.Digest;
import dev.glovebox.runtimes.host.HostProcess;
import dev.glovebox.runtimes.host.HostProcesses;
import dev.glovebox.runtimes.host.ShortCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Looks at a running sandbox from the host.
public final class SandboxInspector {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final String LAUNCHER = "runsc-launcher";

    private final Cri cri;
    private final HostProcesses processes;
    private final Cgroups cgroups;

    /// Asks `cri` which process stands for a sandbox, and the kernel for all else.
    public SandboxInspector(Cri cri, HostProcesses processes, Cgroups cgroups) {
        this.cri = Objects.requireNonNull(cri, "cri");
        this.processes = Objects.requireNonNull(processes, "processes");
        this.cgroups = Objects.requireNonNull(cgroups, "cgroups");
    }

    /// The facts about a running sandbox; empty where its process has ended.
    ///
    /// @throws IOException where the host cannot be read
    public Optional<SandboxFacts> inspect(String sandbox) throws IOException {
        PodSandboxStatusResponse status = cri.podSandboxStatusInFull(sandbox);
        JsonNode info = JSON.readTree(status.getInfoOrDefault("info", "{}"));
        Optional<HostProcess> process = processes.process(info.path("pid").asLong());
        if (process.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    facts(sandbox, status.getStatus().getRuntimeHandler(), info, process.get()));
        } catch (NoSuchFileException e) {
            if (processes.process(process.get().pid()).isEmpty()) {
                return Optional.empty(); // it ended while it was looked at
            }
            throw e;
        }
    }

    private SandboxFacts facts(String sandbox, String handler, JsonNode info, HostProcess process)
            throws IOException {
        Path configured = Path.of(info.at("/runtimeOptions/binary_name").asText("runc"));
        // A shim that knows its runtime itself is told of none: what stands for the sandbox is it.
        List<Path> programs =
                configured.isAbsolute()
                        ? programs(configured)
                        : List.of(Path.of(process.executable()));
        String cgroup = podCgroup(info, process);
        List<SandboxFacts.Seen> ofRuntime = new ArrayList<>();
        List<SandboxFacts.Seen> ofContainers = new ArrayList<>();
        for (long pid : cgroups.processes(cgroup)) {
            Optional<HostProcess> member = processes.process(pid);
            if (member.isPresent() && runsOne(programs, pid)) {
                ofRuntime.add(seen(member.get()));
            } else if (member.isPresent() && pid != process.pid()) {
                ofContainers.add(seen(member.get()));
            }
        }
        return new SandboxFacts(
                sandbox,
                handler,
                runtime(programs.getLast(), process),
                process,
                namespaces(process),
                cgroups.version(),
                cgroup,
                cgroups.values(cgroup),
                ofRuntime,
                ofContainers);
    }

    /// What containerd's shim calls, and where that is our launcher, the runsc beside it.
    private static List<Path> programs(Path configured) {
        Path name = configured.getFileName();
        if (name != null && name.toString().equals(LAUNCHER)) {
            return List.of(configured, configured.resolveSibling("runsc"));
        }
        return List.of(configured);
    }

    private SandboxFacts.OciRuntime runtime(Path program, HostProcess process) throws IOException {
        String digest =
                process.executable().equals(program.toString())
                        ? processes.programDigest(process.pid()).hex()
                        : Digest.of(program).hex();
        String version =
                new ShortCommand(Duration.ofSeconds(10))
                        .run(List.of(program.toString(), "--version"))
                        .output()
                        .lines()
                        .findFirst()
                        .orElse("");
        return new SandboxFacts.OciRuntime(program.toString(), version, digest);
    }

    private boolean runsOne(List<Path> programs, long pid) throws IOException {
        for (Path program : programs) {
            if (Files.exists(program) && processes.runs(pid, program)) {
                return true;
            }
        }
        return false;
    }

    /// The pod's cgroup is what the sandbox was told to be under; where nothing was told, the one
    /// that its process is in.
    private static String podCgroup(JsonNode info, HostProcess process) throws IOException {
        String told = info.at("/config/linux/cgroup_parent").asText("");
        if (!told.isEmpty()) {
            return told;
        }
        Map<String, String> member = process.cgroups();
        String own = member.getOrDefault("memory", member.get(""));
        if (own == null) {
            throw new IOException("process " + process.pid() + " is in no cgroup that has memory");
        }
        return own;
    }

    private List<SandboxFacts.Namespace> namespaces(HostProcess process) throws IOException {
        Map<String, Long> host = processes.ownNamespaces();
        return process.namespaces().entrySet().stream()
                .map(entry ->
                        new SandboxFacts.Namespace(
                                entry.getKey(),
                                entry.getValue(),
                                entry.getValue().equals(host.get(entry.getKey()))))
                .sorted(Comparator.comparing(SandboxFacts.Namespace::kind))
                .toList();
    }

    private static SandboxFacts.Seen seen(HostProcess process) {
        return new SandboxFacts.Seen(
                process.pid(), process.name(), String.join(" ", process.command()));
    }
}
