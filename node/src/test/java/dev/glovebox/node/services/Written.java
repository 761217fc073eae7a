package dev.glovebox.node.services;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;

/// Objects of tests, written as JSON with single quotes.
public final class Written {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Written() {}

    /// A Service of the namespace `a`.
    public static Service service(String name, String spec) {
        return read(
                "{'metadata': {'namespace': 'a', 'name': '%s'}, 'spec': {%s}}"
                        .formatted(name, spec),
                Service.class);
    }

    /// A slice of a Service of the namespace `a`.
    public static EndpointSlice slice(String service, String ports, String... endpoints) {
        return sliceOf("IPv4", service, ports, endpoints);
    }

    /// The same of addresses of a family.
    static EndpointSlice sliceOf(String family, String service, String ports, String... endpoints) {
        return read(
                ("{'metadata': {'namespace': 'a', 'name': '%1$s-1',"
                                + " 'labels': {'kubernetes.io/service-name': '%1$s'}},"
                                + " 'addressType': '%4$s', 'ports': %2$s, 'endpoints': [%3$s]}")
                        .formatted(service, ports, String.join(",", endpoints), family),
                EndpointSlice.class);
    }

    /// A pod of the namespace `a`.
    public static Pod pod(String node, String address) {
        return read(
                ("{'metadata': {'namespace': 'a', 'name': 'p'}, 'spec': {'nodeName': '%s'},"
                                + " 'status': {'podIP': '%s'}}")
                        .formatted(node, address),
                Pod.class);
    }

    private static <T> T read(String text, Class<T> type) {
        try {
            return JSON.readValue(text.replace('\'', '"'), type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
