package dev.glovebox.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.testkit.FakeCluster;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenSecretControllerTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Backoff SHORT = new Backoff(Duration.ofMillis(1), Duration.ofMillis(2));

    private final FakeCluster cluster = new FakeCluster(Clock.systemUTC());
    private final TokenSecretController controller =
            TokenSecretController.start(cluster, Clock.systemUTC(), SHORT);
    private final Reflector<Secret> secrets =
            Reflector.start(cluster, Resource.SECRETS, Scope.ALL, SHORT);

    @AfterEach
    void close() {
        controller.close();
        secrets.close();
    }

    @Test
    void the_secrets_of_an_account_go_with_it() throws Exception {
        account("robot");
        account("other");
        secret("of-robot", Map.of("kubernetes.io/service-account.name", "robot"));
        secret("of-other", Map.of("kubernetes.io/service-account.name", "other"));
        cluster.delete(
                Resource.SERVICE_ACCOUNTS,
                new ObjectKey("default", "robot"),
                DeleteOptions.DEFAULT);
        awaitGone("of-robot");
        assertThat(cluster.get(Resource.SECRETS, new ObjectKey("default", "of-other"))).isPresent();
    }

    @Test
    void a_secret_of_an_account_of_another_uid_goes() throws Exception {
        ServiceAccount robot = account("robot");
        secret(
                "right",
                Map.of(
                        "kubernetes.io/service-account.name",
                        "robot",
                        "kubernetes.io/service-account.uid",
                        robot.getMetadata().getUid()));
        secret(
                "wrong",
                Map.of(
                        "kubernetes.io/service-account.name",
                        "robot",
                        "kubernetes.io/service-account.uid",
                        "of-before"));
        awaitGone("wrong");
        assertThat(cluster.get(Resource.SECRETS, new ObjectKey("default", "right"))).isPresent();
    }

    @Test
    void other_secrets_stay() throws Exception {
        cluster.create(
                Resource.SECRETS,
                new SecretBuilder()
                        .withType("Opaque")
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName("opaque")
                        .addToAnnotations("kubernetes.io/service-account.name", "nobody")
                        .endMetadata()
                        .build());
        secret("of-nobody", Map.of("kubernetes.io/service-account.name", "nobody"));
        awaitGone("of-nobody");
        assertThat(cluster.get(Resource.SECRETS, new ObjectKey("default", "opaque"))).isPresent();
    }

    private ServiceAccount account(String name) {
        return cluster.create(
                Resource.SERVICE_ACCOUNTS,
                new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName(name)
                        .endMetadata()
                        .build());
    }

    private void secret(String name, Map<String, String> annotations) {
        cluster.create(
                Resource.SECRETS,
                new SecretBuilder()
                        .withType("kubernetes.io/service-account-token")
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName(name)
                        .withAnnotations(annotations)
                        .endMetadata()
                        .build());
    }

    private void awaitGone(String name) throws InterruptedException {
        Image<Secret> image = Image.unknown();
        do {
            Image<Secret> next = secrets.awaitAfter(image.generation(), LONG);
            assertThat(next.generation()).as("in time").isGreaterThan(image.generation());
            image = next;
        } while (cluster.get(Resource.SECRETS, new ObjectKey("default", name)).isPresent());
    }
}
