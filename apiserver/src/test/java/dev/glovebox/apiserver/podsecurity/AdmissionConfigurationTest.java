package dev.glovebox.apiserver.podsecurity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionConfigurationTest {
    private static final String FILE =
            """
            apiVersion: apiserver.config.k8s.io/v1
            kind: AdmissionConfiguration
            plugins:
            - name: PodSecurity
              configuration:
                apiVersion: pod-security.admission.config.k8s.io/v1
                kind: PodSecurityConfiguration
                defaults:
                  enforce: baseline
                  enforce-version: v1.30
                  audit: restricted
                exemptions:
                  usernames: [ci]
                  namespaces: [kube-system, infra]
                  runtimeClasses: [kata]
            """;

    private static PodSecurityConfiguration parse(String text) {
        return AdmissionConfiguration.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void defaults_and_exemptions_are_read() {
        PodSecurityConfiguration read = parse(FILE);
        assertThat(read.defaults().enforce().text()).isEqualTo("baseline:v1.30");
        assertThat(read.defaults().audit().text()).isEqualTo("restricted:latest");
        assertThat(read.defaults().warn().text()).isEqualTo("privileged:latest");
        assertThat(read.exemptions())
                .isEqualTo(
                        new Exemptions(
                                Set.of("ci"), Set.of("kube-system", "infra"), Set.of("kata")));
    }

    @Test
    void without_plugins_nothing_is_configured() {
        assertThat(parse("{apiVersion: apiserver.config.k8s.io/v1, kind: AdmissionConfiguration}"))
                .isEqualTo(PodSecurityConfiguration.STANDARD);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    apiserver.config.k8s.io/v1 | apiserver.config.k8s.io/v9 | wants apiVersion apiserver.config.k8s.io/v1 and kind AdmissionConfiguration
                    kind: PodSecurityConfiguration | kind: Other | plugins[0].configuration: wants apiVersion pod-security.admission.config.k8s.io/v1
                    plugins: | plugin: | unknown field "plugin"
                    name: PodSecurity | name: EventRateLimit | plugins[0].name: "EventRateLimit" is not a plugin that can be configured here
                    configuration: | path: /etc/x, other: | neither JSON nor YAML
                    exemptions: | exceptions: | unknown field "plugins[0].configuration.exceptions"
                    usernames: | users: | unknown field "plugins[0].configuration.exemptions.users"
                    enforce: baseline | enforced: baseline | unknown field "plugins[0].configuration.defaults.enforced"
                    enforce: baseline | enforce: tight | plugins[0].configuration.defaults.enforce: "tight" and "v1.30" are not a level and a version
                    v1.30 | 1.30 | "baseline" and "1.30" are not a level and a version
                    [ci] | [ci, ci] | plugins[0].configuration.exemptions.usernames[1]: empty, or there twice: "ci"
                    [ci] | ci | plugins[0].configuration.exemptions.usernames wants to be a list
                    [ci] | [1] | plugins[0].configuration.exemptions.usernames[0] wants to be a text
                    infra | in/fra | plugins[0].configuration.exemptions.namespaces[1]
                    [kata] | [''] | plugins[0].configuration.exemptions.runtimeClasses[0]
                    audit: restricted | enforce: restricted | a field is there twice
                    """)
    void what_is_not_understood_is_refused_by_its_name(String old, String other, String words) {
        assertThat(FILE).contains(old);
        assertThatThrownBy(() -> parse(FILE.replace(old, other)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }
}
