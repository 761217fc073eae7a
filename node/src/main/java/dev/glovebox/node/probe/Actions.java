package dev.glovebox.node.probe;

import dev.glovebox.model.Authority;
import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Probe;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads actions from a container's spec, as the kubelet does.
///
/// @param address the pod's
record Actions(Container container, String address) {
    private static final String VERSION = "1.34";

    Action of(Probe probe) {
        try {
            if (probe.getExec() != null) {
                return new Action.Exec(PodFacts.orEmpty(probe.getExec().getCommand()));
            }
            if (probe.getHttpGet() != null) {
                return http(probe.getHttpGet(), "probe");
            }
            if (probe.getTcpSocket() != null) {
                return new Action.Tcp(
                        host(probe.getTcpSocket().getHost()), port(probe.getTcpSocket().getPort()));
            }
            if (probe.getGrpc() != null) {
                String service = probe.getGrpc().getService();
                return new Action.Grpc(
                        address, probe.getGrpc().getPort(), service == null ? "" : service);
            }
            return new Action.Invalid("missing probe handler for " + container.getName());
        } catch (IllegalArgumentException e) {
            return new Action.Invalid(String.valueOf(e.getMessage()));
        }
    }

    Action of(LifecycleHandler handler) {
        try {
            if (handler.getExec() != null) {
                return new Action.Exec(PodFacts.orEmpty(handler.getExec().getCommand()));
            }
            if (handler.getHttpGet() != null) {
                return http(handler.getHttpGet(), "lifecycle");
            }
            if (handler.getSleep() != null) {
                return new Action.Sleep(Duration.ofSeconds(handler.getSleep().getSeconds()));
            }
            return new Action.Invalid("invalid handler: a hook by tcpSocket is never carried out");
        } catch (IllegalArgumentException e) {
            return new Action.Invalid(String.valueOf(e.getMessage()));
        }
    }

    private Action http(HTTPGetAction get, String purpose) {
        String scheme =
                get.getScheme() == null || get.getScheme().isEmpty()
                        ? "http"
                        : get.getScheme().toLowerCase(Locale.ROOT);
        String host = host(get.getHost());
        String authority = Authority.of(host, port(get.getPort()));
        String path = get.getPath() == null ? "" : escaped(get.getPath());
        List<Action.Header> headers = new ArrayList<>();
        PodFacts.orEmpty(get.getHttpHeaders())
                .forEach(h -> headers.add(new Action.Header(h.getName(), h.getValue())));
        if (value(headers, "User-Agent").isEmpty()) {
            headers.add(new Action.Header("User-Agent", "kube-" + purpose + "/" + VERSION));
        }
        Optional<String> accept = value(headers, "Accept");
        if (accept.isEmpty()) {
            headers.add(new Action.Header("Accept", "*/*"));
        } else if (accept.get().isEmpty()) {
            headers.removeIf(h -> h.name().equalsIgnoreCase("Accept"));
        }
        try {
            return new Action.Http(
                    new URI(
                            scheme
                                    + "://"
                                    + authority
                                    + (path.startsWith("/") ? path : "/" + path)),
                    headers);
        } catch (URISyntaxException e) {
            return new Action.Invalid("path \"" + get.getPath() + "\": " + e.getReason());
        }
    }

    static Optional<String> value(List<Action.Header> headers, String name) {
        return headers.stream()
                .filter(h -> h.name().equalsIgnoreCase(name))
                .map(h -> h.value() == null ? "" : h.value())
                .findFirst();
    }

    /// The path with whatever a request line cannot hold escaped.
    private static String escaped(String path) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            int c = b & 0xff;
            if (c <= ' ' || c >= 0x7f || "\"<>\\^`{|}".indexOf(c) >= 0) {
                escaped.append("%%%02X".formatted(c));
            } else {
                escaped.append((char) c);
            }
        }
        return escaped.toString();
    }

    private String host(@Nullable String own) {
        return own == null || own.isEmpty() ? address : own;
    }

    /// @throws IllegalArgumentException where there is no such port
    private int port(IntOrString port) {
        Integer number = port.getIntVal();
        if (number == null) {
            number =
                    PodFacts.orEmpty(container.getPorts()).stream()
                            .filter(p -> port.getStrVal().equals(p.getName()))
                            .map(ContainerPort::getContainerPort)
                            .findFirst()
                            .orElseGet(() -> parsed(port.getStrVal()));
        }
        if (number < 1 || number > 65_535) {
            throw new IllegalArgumentException("invalid port number: " + number);
        }
        return number;
    }

    private int parsed(String text) {
        if (!text.matches("\\d{1,5}")) {
            throw new IllegalArgumentException(
                    "couldn't find port: " + text + " in container " + container.getName());
        }
        return Integer.parseInt(text);
    }
}
