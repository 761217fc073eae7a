package dev.glovebox.controllers.endpoints;

import dev.glovebox.cluster.Selectors;
import dev.glovebox.controllers.loop.PodFacts;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// What a Service says of its pods.
record ServiceView(Service service) {
    static final String HEADLESS = "service.kubernetes.io/headless";
    private static final String NONE = "None";

    ServiceSpec spec() {
        return service.getSpec();
    }

    /// Whether its endpoints are found by its selector; others are told by their owners.
    boolean selects() {
        return spec() != null
                && !"ExternalName".equals(spec().getType())
                && spec().getSelector() != null
                && !spec().getSelector().isEmpty();
    }

    boolean publishesNotReady() {
        return Boolean.TRUE.equals(spec().getPublishNotReadyAddresses());
    }

    boolean isHeadless() {
        String address = spec().getClusterIP();
        return address == null || address.isEmpty() || address.equals(NONE);
    }

    /// Families of addresses, for example `IPv4`.
    List<String> families() {
        List<String> families = spec().getIpFamilies();
        return families.isEmpty() ? List.of("IPv4") : families;
    }

    /// Its labels as its endpoints carry them.
    Map<String, String> labels() {
        Map<String, String> labels = new HashMap<>(Selectors.labels(service));
        if (isHeadless()) {
            labels.put(HEADLESS, "");
        } else {
            labels.remove(HEADLESS);
        }
        return labels;
    }

    /// The pods that it selects and that have an address.
    List<Pod> pods(Collection<Pod> all) {
        return all.stream()
                .filter(pod ->
                        service.getMetadata()
                                .getNamespace()
                                .equals(pod.getMetadata().getNamespace()))
                .filter(Selectors.ofLabels(spec().getSelector()))
                .filter(pod -> !PodFacts.hasEnded(pod) && !addresses(pod).isEmpty())
                .toList();
    }

    private static List<String> addresses(Pod pod) {
        if (pod.getStatus() == null) {
            return List.of();
        }
        List<String> all =
                pod.getStatus().getPodIPs().stream()
                        .map(PodIP::getIp)
                        .filter(Objects::nonNull)
                        .toList();
        String only = pod.getStatus().getPodIP();
        return !all.isEmpty() ? all : only == null || only.isEmpty() ? List.of() : List.of(only);
    }

    /// A pod's address of a family; empty where it has none.
    static Optional<String> address(Pod pod, String family) {
        boolean six = family.equals("IPv6");
        return addresses(pod).stream().filter(each -> each.contains(":") == six).findFirst();
    }

    /// Whether a pod has a name below the Service's.
    boolean names(Pod pod) {
        String hostname = pod.getSpec().getHostname();
        return hostname != null
                && !hostname.isEmpty()
                && service.getMetadata().getName().equals(pod.getSpec().getSubdomain());
    }

    /// A port of the Service as a pod has it.
    record Port(String name, int number, String protocol, Optional<String> appProtocol) {}

    /// The Service's ports as a pod has them, but for those that it has not.
    List<Port> ports(Pod pod) {
        return spec().getPorts().stream()
                .flatMap(port -> {
                    OptionalInt number = number(pod, port);
                    return number.isEmpty()
                            ? Stream.empty()
                            : Stream.of(
                                    new Port(
                                            Objects.requireNonNullElse(port.getName(), ""),
                                            number.getAsInt(),
                                            protocol(port.getProtocol()),
                                            Optional.ofNullable(port.getAppProtocol())));
                })
                .toList();
    }

    private static String protocol(@org.jspecify.annotations.Nullable String protocol) {
        return Objects.requireNonNullElse(protocol, "TCP");
    }

    private static OptionalInt number(Pod pod, ServicePort port) {
        IntOrString target = port.getTargetPort();
        return switch (target == null ? port.getPort() : target.getValue()) {
            case Integer number when number > 0 -> OptionalInt.of(number);
            case Integer none -> OptionalInt.of(port.getPort());
            case String name -> named(pod, name, protocol(port.getProtocol()));
            default -> OptionalInt.empty();
        };
    }

    private static OptionalInt named(Pod pod, String name, String protocol) {
        return Stream.concat(
                        pod.getSpec().getContainers().stream(),
                        pod.getSpec().getInitContainers().stream()
                                .filter(each -> "Always".equals(each.getRestartPolicy())))
                .flatMap(container -> container.getPorts().stream())
                .filter(each -> name.equals(each.getName()))
                .filter(each -> protocol.equals(protocol(each.getProtocol())))
                .mapToInt(ContainerPort::getContainerPort)
                .findFirst();
    }
}
