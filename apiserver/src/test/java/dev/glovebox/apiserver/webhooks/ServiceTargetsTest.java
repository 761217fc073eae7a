package dev.glovebox.apiserver.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Which server a Service's name leads to.
class ServiceTargetsTest {
    private static final String SERVICE =
            "{\"spec\":{\"type\":\"ClusterIP\",\"ports\":[{\"name\":\"https\",\"port\":443},{\"name\":\"other\",\"port\":444}]}}";
    private static final String SLICE =
            """
            {"metadata":{"labels":{"kubernetes.io/service-name":"%s"}},"addressType":"IPv4",
             "ports":[{"name":"other","port":1},{"name":"https","port":8443}],
             "endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":false}},
              {"addresses":["%s"],"conditions":{}}]}
            """;

    /// One Service and slices.
    private record Objects(String service, List<String> slices) implements ObjectLookup {
        @Override
        public Optional<ObjectNode> find(
                String group, String plural, String namespace, String name) {
            return plural.equals("services") && namespace.equals("n") && name.equals("hook")
                    ? Optional.of(json(service))
                    : Optional.empty();
        }

        @Override
        public List<ObjectNode> all(String group, String plural, String namespace) {
            return slices.stream().map(Objects::json).toList();
        }

        private static ObjectNode json(String text) {
            try {
                return (ObjectNode) new ObjectMapper().readTree(text);
            } catch (JsonProcessingException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static String target(String service, String name, int port, String... slices)
            throws IOException {
        return new ServiceTargets(new Objects(service, List.of(slices)))
                .find(new Endpoint.Place.Service("n", name, port, "/"))
                .toString();
    }

    @Test
    void a_ready_endpoint_of_the_ports_name_is_taken() throws IOException {
        String others = SLICE.formatted("another", "10.0.0.3");
        assertThat(target(SERVICE, "hook", 443, others, SLICE.formatted("hook", "10.0.0.2")))
                .isEqualTo("/10.0.0.2:8443");
    }

    @Test
    void what_leads_nowhere_is_told_in_kubernetes_words() {
        assertThatThrownBy(() -> target(SERVICE, "nosuch", 443))
                .hasMessage("service \"nosuch\" not found");
        assertThatThrownBy(() -> target(SERVICE, "hook", 445))
                .hasMessage("no service port 445 found for service \"hook\"");
        assertThatThrownBy(() -> target(SERVICE, "hook", 443))
                .hasMessage("no endpoints available for service \"hook\"");
        String external = SERVICE.replace("ClusterIP", "ExternalName");
        assertThatThrownBy(() -> target(external, "hook", 443))
                .hasMessage("unsupported service type \"ExternalName\"");
    }
}
