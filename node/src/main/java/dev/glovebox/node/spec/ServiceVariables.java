package dev.glovebox.node.spec;

import dev.glovebox.model.Authority;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// The variables by which containers are told of Services that have an address, as Kubernetes and
/// before it Docker's links had them.
final class ServiceVariables {
    private final Map<String, String> values = new LinkedHashMap<>();

    private ServiceVariables() {}

    static Map<String, String> of(Collection<Service> services) {
        ServiceVariables variables = new ServiceVariables();
        services.forEach(variables::add);
        return variables.values;
    }

    private void add(Service service) {
        String address = service.getSpec().getClusterIP();
        List<ServicePort> ports = service.getSpec().getPorts();
        if (address == null || address.isEmpty() || address.equals("None") || ports.isEmpty()) {
            return;
        }
        String name = word(service.getMetadata().getName());
        values.put(name + "_SERVICE_HOST", address);
        values.put(name + "_SERVICE_PORT", number(ports.getFirst()));
        for (ServicePort port : ports) {
            if (port.getName() != null && !port.getName().isEmpty()) {
                values.put(name + "_SERVICE_PORT_" + word(port.getName()), number(port));
            }
        }
        String host = Authority.host(address);
        values.put(name + "_PORT", url(ports.getFirst(), host));
        for (ServicePort port : ports) {
            String prefix =
                    name + "_PORT_" + number(port) + "_" + protocol(port).toUpperCase(Locale.ROOT);
            values.put(prefix, url(port, host));
            values.put(prefix + "_PROTO", protocol(port));
            values.put(prefix + "_PORT", number(port));
            values.put(prefix + "_ADDR", address);
        }
    }

    private static String url(ServicePort port, String host) {
        return protocol(port) + "://" + host + ":" + number(port);
    }

    private static String protocol(ServicePort port) {
        return Objects.requireNonNullElse(port.getProtocol(), "TCP").toLowerCase(Locale.ROOT);
    }

    private static String number(ServicePort port) {
        return port.getPort().toString();
    }

    private static String word(String text) {
        return text.replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
