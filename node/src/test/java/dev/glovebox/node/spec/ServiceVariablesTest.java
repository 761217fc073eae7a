package dev.glovebox.node.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.node.services.Written;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceVariablesTest {
    @Test
    void a_service_is_told_as_kubernetes_and_docker_had_it() {
        var service =
                Written.service(
                        "my-db",
                        "'clusterIP': '10.96.0.5', 'ports': [{'name': 'sql-in', 'port': 5432},"
                                + " {'name': 'dns', 'port': 53, 'protocol': 'UDP'}]");
        assertThat(ServiceVariables.of(List.of(service)))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.ofEntries(
                                Map.entry("MY_DB_SERVICE_HOST", "10.96.0.5"),
                                Map.entry("MY_DB_SERVICE_PORT", "5432"),
                                Map.entry("MY_DB_SERVICE_PORT_SQL_IN", "5432"),
                                Map.entry("MY_DB_SERVICE_PORT_DNS", "53"),
                                Map.entry("MY_DB_PORT", "tcp://10.96.0.5:5432"),
                                Map.entry("MY_DB_PORT_5432_TCP", "tcp://10.96.0.5:5432"),
                                Map.entry("MY_DB_PORT_5432_TCP_PROTO", "tcp"),
                                Map.entry("MY_DB_PORT_5432_TCP_PORT", "5432"),
                                Map.entry("MY_DB_PORT_5432_TCP_ADDR", "10.96.0.5"),
                                Map.entry("MY_DB_PORT_53_UDP", "udp://10.96.0.5:53"),
                                Map.entry("MY_DB_PORT_53_UDP_PROTO", "udp"),
                                Map.entry("MY_DB_PORT_53_UDP_PORT", "53"),
                                Map.entry("MY_DB_PORT_53_UDP_ADDR", "10.96.0.5")));
    }

    @Test
    void services_without_an_address_are_not_told() {
        assertThat(
                        ServiceVariables.of(
                                List.of(
                                        Written.service(
                                                "h", "'clusterIP': 'None', 'ports': [{'port': 1}]"),
                                        Written.service("e", "'type': 'ExternalName'"))))
                .isEmpty();
    }
}
