package dev.glovebox.placement;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Ports of the node itself that pods ask for.
public final class HostPorts {
    private static final String ANY_ADDRESS = "0.0.0.0";

    private record HostPort(String address, String protocol, int port) {
        static HostPort of(ContainerPort port) {
            String address = Objects.requireNonNullElse(port.getHostIP(), "");
            return new HostPort(
                    address.isEmpty() ? ANY_ADDRESS : address,
                    Objects.requireNonNullElse(port.getProtocol(), "TCP"),
                    port.getHostPort());
        }

        boolean conflicts(HostPort other) {
            return port == other.port
                    && protocol.equals(other.protocol)
                    && (address.equals(other.address)
                            || address.equals(ANY_ADDRESS)
                            || other.address.equals(ANY_ADDRESS));
        }
    }

    private HostPorts() {}

    /// Whether the pod asks for any.
    public static boolean areAsked(Pod pod) {
        return of(pod).findAny().isPresent();
    }

    /// Whether nobody on the node has a port that the pod asks for.
    public static boolean areFree(Pod pod, List<Pod> others) {
        List<HostPort> wanted = of(pod).toList();
        return others.stream()
                .flatMap(HostPorts::of)
                .noneMatch(taken -> wanted.stream().anyMatch(taken::conflicts));
    }

    private static Stream<HostPort> of(Pod pod) {
        // Init containers that go on as sidecars hold their ports as long as the others.
        Stream<Container> sidecars =
                pod.getSpec().getInitContainers().stream()
                        .filter(each -> "Always".equals(each.getRestartPolicy()));
        return Stream.concat(sidecars, pod.getSpec().getContainers().stream())
                .flatMap(container -> container.getPorts().stream())
                .filter(port -> port.getHostPort() != null && port.getHostPort() != 0)
                .map(HostPort::of);
    }
}
