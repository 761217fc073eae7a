package dev.glovebox.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.runtimes.SandboxFacts;
import dev.glovebox.runtimes.host.CgroupValues;
import dev.glovebox.runtimes.host.HostProcess;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The host's facts about one pod, for people and as JSON. Pure.
record InspectReport(Pod pod, SandboxFacts facts) {
    String json() {
        HostProcess process = facts.process();
        ObjectNode report =
                new ObjectMapper()
                        .createObjectNode()
                        .put("namespace", pod.getMetadata().getNamespace())
                        .put("pod", pod.getMetadata().getName())
                        .put("runtimeClass", runtimeClass())
                        .put("handler", facts.handler())
                        .put("sandbox", facts.sandbox());
        report.putObject("runtime")
                .put("program", facts.runtime().program())
                .put("version", facts.runtime().version())
                .put("sha256", facts.runtime().digest());
        ObjectNode seen =
                report.putObject("process")
                        .put("pid", process.pid())
                        .put("name", process.name())
                        .put("executable", process.executable())
                        .put("seccomp", seccomp())
                        .put("noNewPrivileges", process.noNewPrivileges());
        ArrayNode capabilities = seen.putArray("capabilities");
        new TreeSet<>(process.capabilities()).forEach(capabilities::add);
        ArrayNode namespaces = seen.putArray("namespaces");
        facts.namespaces()
                .forEach(each ->
                        namespaces
                                .addObject()
                                .put("kind", each.kind())
                                .put("inode", each.inode())
                                .put("host", each.host()));
        report.set("cgroup", cgroup());
        report.set("runtimeProcesses", processes(facts.runtimeProcesses()));
        report.set("containerProcesses", processes(facts.containerProcesses()));
        return report + "\n";
    }

    private ObjectNode cgroup() {
        CgroupValues values = facts.limits();
        ObjectNode cgroup =
                new ObjectMapper()
                        .createObjectNode()
                        .put("version", facts.cgroupVersion())
                        .put("path", facts.cgroup());
        values.memoryLimit().ifPresent(value -> cgroup.put("memoryLimit", value));
        values.memoryUsed().ifPresent(value -> cgroup.put("memoryUsed", value));
        values.cpuLimit().ifPresent(value -> cgroup.put("cpuLimit", value));
        values.pidsLimit().ifPresent(value -> cgroup.put("pidsLimit", value));
        values.pidsUsed().ifPresent(value -> cgroup.put("pidsUsed", value));
        values.oomKills().ifPresent(value -> cgroup.put("oomKills", value));
        return cgroup;
    }

    private static ArrayNode processes(List<SandboxFacts.Seen> processes) {
        ArrayNode all = new ObjectMapper().createArrayNode();
        processes.forEach(each ->
                all.addObject()
                        .put("pid", each.pid())
                        .put("name", each.name())
                        .put("command", each.command()));
        return all;
    }

    String text() {
        HostProcess process = facts.process();
        CgroupValues limits = facts.limits();
        return """
        Pod:           %s/%s
        RuntimeClass:  %s
        Handler:       %s
        Runtime:       %s
                       %s
                       sha256 %s
        Sandbox:       %s
        Process:       %d (%s), %s
          Seccomp:       %s, no new privileges: %s
          Capabilities:  %s
          Namespaces:    own: %s
                         the host's: %s
        Cgroup (v%d):   %s
          Memory:        limit %s, used %s bytes, killed for memory: %s
          CPU:           limit %s
          Pids:          limit %s, used %s
        Runtime's processes on the host:
        %sContainers' processes on the host:
        %s\
        """
                .formatted(
                        pod.getMetadata().getNamespace(),
                        pod.getMetadata().getName(),
                        runtimeClass().isEmpty() ? "none" : runtimeClass(),
                        facts.handler().isEmpty() ? "the default, runc" : facts.handler(),
                        facts.runtime().version(),
                        facts.runtime().program(),
                        facts.runtime().digest(),
                        facts.sandbox(),
                        process.pid(),
                        process.name(),
                        process.executable(),
                        seccomp(),
                        process.noNewPrivileges() ? "yes" : "no",
                        words(new TreeSet<>(process.capabilities())),
                        namespaces(false),
                        namespaces(true),
                        facts.cgroupVersion(),
                        facts.cgroup(),
                        bytes(limits.memoryLimit()),
                        number(limits.memoryUsed()),
                        number(limits.oomKills()),
                        limits.cpuLimit().isPresent()
                                ? limits.cpuLimit().getAsDouble() + " cores"
                                : "none",
                        limits.pidsLimit().isPresent()
                                ? Long.toString(limits.pidsLimit().getAsLong())
                                : "none",
                        number(limits.pidsUsed()),
                        lines(facts.runtimeProcesses()),
                        lines(facts.containerProcesses()));
    }

    private String runtimeClass() {
        return Optional.ofNullable(pod.getSpec().getRuntimeClassName()).orElse("");
    }

    private String seccomp() {
        return facts.process().seccomp().name().toLowerCase(Locale.ROOT);
    }

    private String namespaces(boolean host) {
        return words(
                facts.namespaces().stream()
                        .filter(each -> each.host() == host)
                        .map(SandboxFacts.Namespace::kind)
                        .toList());
    }

    private static String words(Iterable<String> words) {
        String all = String.join(" ", words);
        return all.isEmpty() ? "none" : all;
    }

    private static String bytes(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() + " bytes" : "none";
    }

    private static String number(OptionalLong value) {
        return value.isPresent() ? Long.toString(value.getAsLong()) : "unknown";
    }

    /// gVisor's own programs have command lines of many words that say nothing here.
    private static String lines(List<SandboxFacts.Seen> processes) {
        if (processes.isEmpty()) {
            return "  none\n";
        }
        return processes.stream()
                .map(each ->
                        "  %d %s\n".formatted(each.pid(), shortened(Printable.of(each.command()))))
                .collect(Collectors.joining());
    }

    private static String shortened(String command) {
        int most = 100;
        return command.length() <= most ? command : command.substring(0, most) + " ...";
    }
}
