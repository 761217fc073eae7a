package dev.glovebox.apiserver.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What would let a pod into the host: its namespaces, paths, ports and processes.
final class HostChecks {
    private HostChecks() {}

    static Optional<Violation> namespaces(CheckedPod pod) {
        List<String> shared =
                List.of("hostNetwork", "hostPID", "hostIPC").stream()
                        .filter(field -> pod.spec().path(field).asBoolean())
                        .map(field -> field + "=true")
                        .toList();
        return shared.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation("host namespaces", String.join(", ", shared)));
    }

    static Optional<Violation> paths(CheckedPod pod) {
        List<String> volumes = Volumes.named(pod, volume -> volume.has("hostPath"));
        return volumes.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation("hostPath volumes", Volumes.text(volumes)));
    }

    static Optional<Violation> ports(CheckedPod pod) {
        Set<String> ports = new TreeSet<>();
        List<String> bad =
                pod.named(container -> {
                    boolean any = false;
                    for (JsonNode port : container.path("ports")) {
                        if (port.path("hostPort").asInt() != 0) {
                            ports.add(port.path("hostPort").asText());
                            any = true;
                        }
                    }
                    return any;
                });
        return bad.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Violation(
                                "hostPort",
                                "%s %s %s %s"
                                        .formatted(
                                                CheckedPod.containers(bad),
                                                CheckedPod.plural("uses", "use", bad.size()),
                                                CheckedPod.plural(
                                                        "hostPort", "hostPorts", ports.size()),
                                                String.join(", ", ports))));
    }

    /// A probe goes out from the node: a pod that names where would have the node knock at doors
    /// that are closed to itself.
    static Optional<Violation> probes(CheckedPod pod) {
        Set<String> hosts = new TreeSet<>();
        Set<String> bad = new TreeSet<>(pod.named(container -> probed(container, hosts)));
        return bad.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Violation(
                                "probe or lifecycle host",
                                "%s %s %s %s"
                                        .formatted(
                                                CheckedPod.containers(List.copyOf(bad)),
                                                CheckedPod.plural("uses", "use", bad.size()),
                                                CheckedPod.plural(
                                                        "probe or lifecycle host",
                                                        "probe or lifecycle hosts",
                                                        hosts.size()),
                                                CheckedPod.quoted(hosts))));
    }

    private static boolean probed(JsonNode container, Set<String> hosts) {
        boolean any = false;
        for (String pointer :
                List.of(
                        "/livenessProbe",
                        "/readinessProbe",
                        "/startupProbe",
                        "/lifecycle/postStart",
                        "/lifecycle/preStop")) {
            for (String way : List.of("httpGet", "tcpSocket")) {
                String host = container.at(pointer).path(way).path("host").asText();
                if (!host.isEmpty()) {
                    hosts.add(host);
                    any = true;
                }
            }
        }
        return any;
    }

    static Optional<Violation> windowsProcess(CheckedPod pod) {
        return CheckedPod.setters(
                        isHostProcess(pod.context()),
                        pod.named(container -> isHostProcess(CheckedPod.context(container))))
                .map(setters ->
                        new Violation(
                                "hostProcess",
                                setters
                                        + " must not set"
                                        + " securityContext.windowsOptions.hostProcess=true"));
    }

    private static boolean isHostProcess(JsonNode context) {
        return context.path("windowsOptions").path("hostProcess").asBoolean();
    }
}
