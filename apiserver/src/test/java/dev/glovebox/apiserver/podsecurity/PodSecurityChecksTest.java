package dev.glovebox.apiserver.podsecurity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.apiserver.rules.FieldErrors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodSecurityChecksTest {
    private static final String HARDENED =
            "\"securityContext\":{\"allowPrivilegeEscalation\":false,\"runAsNonRoot\":true,"
                    + "\"capabilities\":{\"drop\":[\"ALL\"]},"
                    + "\"seccompProfile\":{\"type\":\"RuntimeDefault\"}}";

    private static JsonNode tree(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }

    private static List<String> reasons(LevelVersion level, String container, String spec) {
        String pod = "{\"containers\":[{\"name\":\"c\"%s}]%s}".formatted(container, spec);
        return PodSecurityChecks.violations(level, tree("{}"), tree(pod)).stream()
                .map(Violation::reason)
                .toList();
    }

    private static LevelVersion version(SecurityLevel level, int minor) {
        return new LevelVersion(level, minor, LevelVersion.Latest.NO);
    }

    private static final LevelVersion BASELINE = LevelVersion.latest(SecurityLevel.BASELINE);
    private static final LevelVersion RESTRICTED = LevelVersion.latest(SecurityLevel.RESTRICTED);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    privileged                | ,"securityContext":{"privileged":true}                                  |
                    non-default capabilities  | ,"securityContext":{"capabilities":{"add":["SYS_ADMIN"]}}               |
                    hostPort                  | ,"ports":[{"containerPort":1,"hostPort":1}]                             |
                    procMount                 | ,"securityContext":{"procMount":"Unmasked"}                             |
                    seccompProfile            | ,"securityContext":{"seccompProfile":{"type":"Unconfined"}}             |
                    seLinuxOptions            | ,"securityContext":{"seLinuxOptions":{"type":"spc_t"}}                  |
                    seLinuxOptions            | ,"securityContext":{"seLinuxOptions":{"user":"u"}}                      |
                    forbidden AppArmor profile| ,"securityContext":{"appArmorProfile":{"type":"Unconfined"}}            |
                    probe or lifecycle host   | ,"livenessProbe":{"httpGet":{"host":"10.0.0.1","port":1}}               |
                    hostProcess               | ,"securityContext":{"windowsOptions":{"hostProcess":true}}              |
                    host namespaces           |                                                                         | ,"hostPID":true
                    hostPath volumes          |                                                                         | ,"volumes":[{"name":"v","hostPath":{"path":"/"}}]
                    forbidden sysctls         |                                                                         | ,"securityContext":{"sysctls":[{"name":"kernel.shmmax"}]}
                    """)
    void baseline_forbids_what_leads_out(String reason, String container, String spec) {
        String inContainer = container == null ? "" : container;
        String inSpec = spec == null ? "" : spec;
        assertThat(reasons(BASELINE, inContainer, inSpec)).containsExactly(reason);
        assertThat(reasons(LevelVersion.latest(SecurityLevel.PRIVILEGED), inContainer, inSpec))
                .isEmpty();
    }

    @Test
    void restricted_wants_every_container_hardened() {
        assertThat(reasons(RESTRICTED, "", ""))
                .containsExactly(
                        "allowPrivilegeEscalation != false",
                        "unrestricted capabilities",
                        "runAsNonRoot != true",
                        "seccompProfile");
        assertThat(reasons(RESTRICTED, "," + HARDENED, "")).isEmpty();
        assertThat(
                        reasons(
                                RESTRICTED,
                                "," + HARDENED,
                                ",\"ephemeralContainers\":[{\"name\":\"e\"}]"))
                .hasSize(4);
    }

    @Test
    void what_the_pod_says_holds_for_containers_that_say_nothing_and_not_for_others() {
        String pod = ",\"securityContext\":{\"runAsNonRoot\":true}";
        assertThat(reasons(RESTRICTED, "", pod)).doesNotContain("runAsNonRoot != true");
        assertThat(reasons(RESTRICTED, ",\"securityContext\":{\"runAsNonRoot\":false}", pod))
                .contains("runAsNonRoot != true");
    }

    @Test
    void a_version_has_the_rules_that_it_had() {
        String seccomp = ",\"securityContext\":{\"seccompProfile\":{\"type\":\"Unconfined\"}}";
        assertThat(reasons(version(SecurityLevel.BASELINE, 18), seccomp, "")).isEmpty();
        assertThat(reasons(version(SecurityLevel.BASELINE, 19), seccomp, "")).hasSize(1);
        String sysctl = ",\"securityContext\":{\"sysctls\":[{\"name\":\"net.ipv4.tcp_rmem\"}]}";
        assertThat(reasons(version(SecurityLevel.BASELINE, 31), "", sysctl)).hasSize(1);
        assertThat(reasons(version(SecurityLevel.BASELINE, 32), "", sysctl)).isEmpty();
        assertThat(reasons(version(SecurityLevel.BASELINE, 999), "", sysctl)).isEmpty();
        assertThat(reasons(version(SecurityLevel.RESTRICTED, 7), "", ""))
                .containsExactly("runAsNonRoot != true");
    }

    @Test
    void a_pod_of_windows_need_not_say_what_means_nothing_there() {
        String windows = ",\"os\":{\"name\":\"windows\"}";
        assertThat(reasons(RESTRICTED, "", windows)).containsExactly("runAsNonRoot != true");
        assertThat(reasons(version(SecurityLevel.RESTRICTED, 24), "", windows)).hasSize(4);
    }

    @Test
    void a_level_that_cannot_be_understood_is_enforced_as_the_strictest() {
        FieldErrors errors = new FieldErrors();
        NamespacePolicy policy =
                NamespacePolicy.of(
                        tree(
                                """
                                {"pod-security.kubernetes.io/enforce": "tight",
                                 "pod-security.kubernetes.io/warn": "tight"}
                                """),
                        NamespacePolicy.PRIVILEGED,
                        errors);
        assertThat(policy.enforce().level()).isEqualTo(SecurityLevel.RESTRICTED);
        assertThat(policy.warn().level()).isEqualTo(SecurityLevel.PRIVILEGED);
        assertThat(errors.causes()).hasSize(2);
    }
}
