package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceAccountApiTest {
    private static final String ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts";
    private static final String PLACE = "/var/run/secrets/kubernetes.io/serviceaccount";

    @TempDir Path folder;
    private TestApi api;

    @BeforeEach
    void open() {
        api = new TestApi(folder.resolve("store"), TrustLevel.TRUSTED);
    }

    @AfterEach
    void close() {
        api.close();
    }

    private TestApi.Reply pod(String moreOfSpec) {
        return api.post(TestApi.PODS + "?dryRun=All", TestApi.pod("p", moreOfSpec));
    }

    private void account(String name, String more) {
        TestApi.Reply made =
                api.post(ACCOUNTS, "{\"metadata\":{\"name\":\"" + name + "\"%s}".formatted(more));
        assertThat(made.code()).as(made.message()).isEqualTo(201);
    }

    @Test
    void a_pod_gets_the_default_account_and_its_token() {
        TestApi.Reply pod = pod("");
        assertThat(pod.at("/spec/serviceAccountName")).isEqualTo("default");
        assertThat(pod.at("/spec/serviceAccount")).isEqualTo("default");
        assertThat(pod.at("/spec/containers/0/volumeMounts/0/mountPath")).isEqualTo(PLACE);
        assertThat(pod.at("/spec/volumes/0/name"))
                .matches("kube-api-access-[a-z0-9]{5}")
                .isEqualTo(pod.at("/spec/containers/0/volumeMounts/0/name"));
        String sources = "/spec/volumes/0/projected/sources/";
        assertThat(pod.at(sources + "0/serviceAccountToken/expirationSeconds")).isEqualTo("3607");
        assertThat(pod.at(sources + "1/configMap/name")).isEqualTo("kube-root-ca.crt");
        assertThat(pod.at(sources + "2/downwardAPI/items/0/fieldRef/fieldPath"))
                .isEqualTo("metadata.namespace");
    }

    @Test
    void an_account_that_is_not_there_is_named() {
        assertThat(pod("\"serviceAccountName\":\"nobody\"").message())
                .isEqualTo(
                        "pods \"p\" is forbidden: error looking up service account default/nobody: serviceaccount \"nobody\" not found");
    }

    @Test
    void the_default_account_may_come_a_moment_after_the_pod() throws Exception {
        api.delete(ACCOUNTS + "/default");
        Thread late =
                Thread.ofVirtual()
                        .start(() -> {
                            java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
                            api.account("default");
                        });
        assertThat(pod("").code()).isEqualTo(201);
        late.join();
    }

    @Test
    void the_pods_own_word_counts_more_than_its_accounts() {
        account("quiet", "},\"automountServiceAccountToken\":false");
        String quiet = "\"serviceAccountName\":\"quiet\"";
        assertThat(pod(quiet).body().path("spec").has("volumes")).isFalse();
        assertThat(pod(quiet + ",\"automountServiceAccountToken\":true").at("/spec/volumes/0/name"))
                .startsWith("kube-api-access-");
        assertThat(pod("\"automountServiceAccountToken\":false").body().path("spec").has("volumes"))
                .isFalse();
    }

    @Test
    void a_mount_at_the_tokens_place_stays() {
        String own =
                TestApi.pod("p", "\"volumes\":[{\"name\":\"v\",\"emptyDir\":{}}]")
                        .replace(
                                "\"app:1\"",
                                "\"app:1\",\"volumeMounts\":[{\"name\":\"v\",\"mountPath\":\""
                                        + PLACE
                                        + "\"}]");
        TestApi.Reply pod = api.post(TestApi.PODS + "?dryRun=All", own);
        assertThat(pod.body().at("/spec/volumes")).hasSize(1);
        assertThat(pod.body().at("/spec/containers/0/volumeMounts")).hasSize(1);
    }

    @Test
    void a_pod_pulls_with_its_accounts_secrets_unless_it_has_its_own() {
        account("puller", "},\"imagePullSecrets\":[{\"name\":\"s\"}]");
        String puller = "\"serviceAccountName\":\"puller\"";
        assertThat(pod(puller).at("/spec/imagePullSecrets/0/name")).isEqualTo("s");
        assertThat(
                        pod(puller + ",\"imagePullSecrets\":[{\"name\":\"own\"}]")
                                .at("/spec/imagePullSecrets/0/name"))
                .isEqualTo("own");
    }

    @Test
    void an_account_can_hold_its_pods_to_its_secrets() {
        account(
                "strict",
                ",\"annotations\":{\"kubernetes.io/enforce-mountable-secrets\":\"true\"}},\"secrets\":[{\"name\":\"mine\"}]");
        String volume =
                "\"serviceAccountName\":\"strict\",\"volumes\":[{\"name\":\"v\",\"secret\":{\"secretName\":\"%s\"}}]";
        assertThat(pod(volume.formatted("mine")).code()).isEqualTo(201);
        assertThat(pod(volume.formatted("other")).message())
                .endsWith(
                        "volume with secret.secretName=\"other\" is not allowed because service account strict does not reference that secret");
        assertThat(
                        pod("\"serviceAccountName\":\"strict\",\"imagePullSecrets\":[{\"name\":\"p\"}]")
                                .message())
                .endsWith(
                        "imagePullSecrets[0].name=\"p\" is not allowed because service account strict does not reference that imagePullSecret");
        String variable =
                TestApi.pod("p", "\"serviceAccountName\":\"strict\"")
                        .replace(
                                "\"app:1\"",
                                "\"app:1\",\"env\":[{\"name\":\"E\",\"valueFrom\":{\"secretKeyRef\":{\"name\":\"other\",\"key\":\"k\"}}}]");
        assertThat(api.post(TestApi.PODS, variable).message())
                .endsWith(
                        "container c with envVar E referencing secret.secretName=\"other\" is not allowed because service account strict does not reference that secret");
    }

    @Test
    void a_mirror_pod_takes_nothing_of_the_api() {
        String mirror =
                "{\"metadata\":{\"name\":\"m\",\"annotations\":{\"kubernetes.io/config.mirror\":\"x\"}},\"spec\":{\"nodeName\":\"n\",\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]%s}}";
        TestApi.Reply plain = api.post(TestApi.PODS + "?dryRun=All", mirror.formatted(""));
        assertThat(plain.code()).as(plain.message()).isEqualTo(201);
        assertThat(plain.body().path("spec").has("volumes")).isFalse();
        assertThat(plain.body().path("spec").has("serviceAccountName")).isFalse();
        assertThat(
                        api.post(
                                        TestApi.PODS,
                                        mirror.formatted(",\"serviceAccountName\":\"default\""))
                                .message())
                .endsWith("a mirror pod may not reference service accounts");
        assertThat(
                        api.post(
                                        TestApi.PODS,
                                        mirror.formatted(
                                                ",\"volumes\":[{\"name\":\"v\",\"secret\":{\"secretName\":\"s\"}}]"))
                                .message())
                .endsWith("a mirror pod may not reference secrets");
    }

    @Test
    void an_untrusted_pod_gets_no_token_whatever_its_account_says() {
        api.post(
                "/api/v1/namespaces",
                "{\"metadata\":{\"name\":\"tenant\",\"labels\":{\"glovebox.dev/trust\":\"untrusted\"}}}");
        String accounts = "/api/v1/namespaces/tenant/serviceaccounts";
        api.account("tenant");
        api.patch(accounts + "/default", "merge", "{\"automountServiceAccountToken\":true}");
        String pods = "/api/v1/namespaces/tenant/pods";
        TestApi.Reply pod = api.post(pods, TestApi.pod("p", ""));
        assertThat(pod.code()).as(pod.message()).isEqualTo(201);
        assertThat(pod.at("/spec/serviceAccountName")).isEqualTo("default");
        assertThat(pod.body().path("spec").has("volumes")).isFalse();
        assertThat(pod.body().at("/spec/containers/0").has("volumeMounts")).isFalse();
    }

    @Test
    void an_untrusted_pod_that_asks_for_a_token_is_refused() {
        api.post(
                "/api/v1/namespaces",
                "{\"metadata\":{\"name\":\"tenant\",\"labels\":{\"glovebox.dev/trust\":\"untrusted\"}}}");
        api.account("tenant");
        TestApi.Reply pod =
                api.post(
                        "/api/v1/namespaces/tenant/pods",
                        TestApi.pod("p", "\"automountServiceAccountToken\":true"));
        assertThat(pod.code()).isEqualTo(403);
        assertThat(pod.message()).contains("a service account's token");
    }
}
