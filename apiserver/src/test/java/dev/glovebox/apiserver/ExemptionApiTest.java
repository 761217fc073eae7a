package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.podsecurity.AdmissionConfiguration;
import dev.glovebox.policy.TrustLevel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// PodSecurity by configuration: defaults, exemptions, and what of it is noted for the record.
class ExemptionApiTest {
    private static final User CI = new User("ci", List.of(User.MASTERS));
    private static final User OTHER = new User("other", List.of(User.MASTERS));
    private static final String PRIVILEGED =
            "\"hostPID\":true,\"securityContext\":{\"runAsUser\":0}";
    private static final String CONFIGURATION =
            """
            apiVersion: apiserver.config.k8s.io/v1
            kind: AdmissionConfiguration
            plugins:
            - name: PodSecurity
              configuration:
                apiVersion: pod-security.admission.config.k8s.io/v1
                kind: PodSecurityConfiguration
                defaults: {enforce: baseline, audit: restricted}
                exemptions: {usernames: [ci], namespaces: [infra], runtimeClasses: [kata]}
            """;

    private static TestApi api;

    @BeforeAll
    static void open(@TempDir Path folder) {
        api =
                new TestApi(
                        folder.resolve("store"),
                        TrustLevel.TRUSTED,
                        AdmissionConfiguration.parse(
                                CONFIGURATION.getBytes(StandardCharsets.UTF_8)));
        for (String namespace : List.of("infra", "apps")) {
            api.post("/api/v1/namespaces", namespace(namespace, ""));
            api.account(namespace);
        }
        for (String runtimeClass : List.of("kata", "runc")) {
            api.post(
                    "/apis/node.k8s.io/v1/runtimeclasses",
                    "{\"metadata\":{\"name\":\"%1$s\"},\"handler\":\"%1$s\"}"
                            .formatted(runtimeClass));
        }
    }

    @AfterAll
    static void close() {
        api.close();
    }

    private static String namespace(String name, String labels) {
        return "{\"metadata\":{\"name\":\"%s\",\"labels\":{%s}}}".formatted(name, labels);
    }

    private static int create(User user, String namespace, String more) {
        return api.send(
                        user,
                        "POST",
                        "/api/v1/namespaces/" + namespace + "/pods?dryRun=All",
                        "",
                        "application/json",
                        TestApi.pod("p", PRIVILEGED + more))
                .code();
    }

    private static Map<String, String> notes() {
        Map<String, String> notes = new TreeMap<>();
        api.notes()
                .forEach((name, text) -> {
                    if (name.startsWith("pod-security.kubernetes.io/")) {
                        notes.put(name.substring(name.indexOf('/') + 1), text);
                    }
                });
        return notes;
    }

    @Test
    void a_namespace_that_does_not_say_gets_the_default_and_what_is_audited_is_noted() {
        assertThat(create(OTHER, "apps", "")).isEqualTo(403);
        assertThat(notes()).containsOnlyKeys("audit-violations", "enforce-policy");
        assertThat(notes().get("enforce-policy")).isEqualTo("baseline:latest");
        assertThat(notes().get("audit-violations"))
                .startsWith("would violate PodSecurity \"restricted:latest\": host namespaces");
    }

    @Test
    void who_is_exempt_may_make_any_pod() {
        assertThat(create(CI, "apps", "")).isEqualTo(201);
        assertThat(notes()).isEqualTo(Map.of("exempt", "user"));
    }

    @Test
    void in_a_namespace_that_is_exempt_anybody_may() {
        assertThat(create(OTHER, "infra", "")).isEqualTo(201);
        assertThat(notes()).isEqualTo(Map.of("exempt", "namespace"));
    }

    @Test
    void under_a_class_that_is_exempt_a_pod_may_be_anything_and_under_another_not() {
        assertThat(create(OTHER, "apps", ",\"runtimeClassName\":\"kata\"")).isEqualTo(201);
        assertThat(notes()).isEqualTo(Map.of("exempt", "runtimeClass"));
        assertThat(create(OTHER, "apps", ",\"runtimeClassName\":\"runc\"")).isEqualTo(403);
    }

    @Test
    void a_label_is_stronger_than_the_default() {
        api.post(
                "/api/v1/namespaces",
                namespace(
                        "free",
                        "\"pod-security.kubernetes.io/enforce\":\"privileged\",\"pod-security.kubernetes.io/audit\":\"privileged\""));
        api.account("free");
        assertThat(create(OTHER, "free", "")).isEqualTo(201);
        assertThat(notes()).isEqualTo(Map.of("enforce-policy", "privileged:latest"));
    }

    @Test
    void a_template_is_audited_too_and_never_refused() {
        String deployment =
                """
                {"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},
                  "template":{"metadata":{"labels":{"a":"b"}},
                    "spec":{"hostPID":true,"containers":[{"name":"c","image":"i"}]}}}}
                """;
        String place = "/apis/apps/v1/namespaces/%s/deployments?dryRun=All";
        assertThat(api.post(place.formatted("apps"), deployment).code()).isEqualTo(201);
        assertThat(notes()).containsOnlyKeys("audit-violations");
        assertThat(api.post(place.formatted("infra"), deployment).code()).isEqualTo(201);
        assertThat(notes()).isEqualTo(Map.of("exempt", "namespace"));
    }

    @Test
    void labels_of_a_namespace_that_is_exempt_are_in_vain_and_that_is_said() {
        String label = "\"pod-security.kubernetes.io/enforce\":\"restricted\"";
        assertThat(
                        api.patch(
                                        "/api/v1/namespaces/infra?dryRun=All",
                                        "merge",
                                        "{\"metadata\":{\"labels\":{%s}}}".formatted(label))
                                .warnings())
                .containsExactly(
                        "namespace \"infra\" is exempt from Pod Security, and the policy (enforce=restricted:latest) will be ignored");
    }
}
