package dev.glovebox.node.pull;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Secrets for tests.
public final class Secrets {
    private Secrets() {}

    /// One of type `kubernetes.io/dockerconfigjson` in namespace `team`.
    public static Secret config(String name, String json) {
        return of(name, "kubernetes.io/dockerconfigjson", ".dockerconfigjson", json);
    }

    /// One with one login.
    public static Secret login(String name, String registry, String user, String password) {
        return config(
                name,
                "{\"auths\":{\"%s\":{\"username\":\"%s\",\"password\":\"%s\"}}}"
                        .formatted(registry, user, password));
    }

    static Secret of(String name, String type, String key, String content) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace("team")
                .withName(name)
                .withUid("uid-" + name)
                .endMetadata()
                .withType(type)
                .addToData(
                        key,
                        Base64.getEncoder()
                                .encodeToString(content.getBytes(StandardCharsets.UTF_8)))
                .build();
    }
}
