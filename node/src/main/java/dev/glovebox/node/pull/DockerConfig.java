package dev.glovebox.node.pull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The credentials in Secrets of the types `kubernetes.io/dockerconfigjson` and
/// `kubernetes.io/dockercfg`. What is wrong with a broken one is not told any further, as it would
/// tell of what is in it.
final class DockerConfig {
    private static final int LARGEST = 1 << 20;
    private static final JsonMapper JSON =
            new JsonMapper(
                    JsonFactory.builder()
                            .streamReadConstraints(
                                    StreamReadConstraints.builder()
                                            .maxNestingDepth(32)
                                            .maxDocumentLength(LARGEST)
                                            .build())
                            .build());

    private DockerConfig() {}

    /// A credential and the key that it stands under.
    record Entry(String key, Credential credential) {}

    /// What a Secret holds, in its order: nothing where it is of another type. Empty where it is
    /// broken or larger than a Secret may be.
    static Optional<List<Entry>> read(Secret secret) {
        Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
        return switch (String.valueOf(secret.getType())) {
            case "kubernetes.io/dockerconfigjson" ->
                    tree(data.get(".dockerconfigjson"))
                            .filter(DockerConfig::isObject)
                            .flatMap(tree -> entries(tree.path("auths")));
            case "kubernetes.io/dockercfg" ->
                    tree(data.get(".dockercfg")).flatMap(DockerConfig::entries);
            default -> Optional.of(List.of());
        };
    }

    private record Login(String username, String password) {}

    private static Optional<JsonNode> tree(@Nullable String data) {
        if (data == null || data.length() > LARGEST * 3 / 2) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(data);
            return bytes.length == 0 || bytes.length > LARGEST
                    ? Optional.empty()
                    : Optional.of(JSON.readTree(bytes));
        } catch (IllegalArgumentException | IOException broken) {
            return Optional.empty();
        }
    }

    private static boolean isObject(JsonNode node) {
        return node.isObject() || node.isNull() || node.isMissingNode();
    }

    private static Optional<List<Entry>> entries(JsonNode auths) {
        if (!isObject(auths)) {
            return Optional.empty();
        }
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> each : auths.properties()) {
            Optional<Credential> credential = credential(each.getValue());
            if (credential.isEmpty()) {
                return Optional.empty();
            }
            entries.add(new Entry(each.getKey(), credential.get()));
        }
        return Optional.of(entries);
    }

    private static Optional<Credential> credential(JsonNode entry) {
        if (!isObject(entry)) {
            return Optional.empty();
        }
        for (String field :
                List.of("username", "password", "auth", "identitytoken", "registrytoken")) {
            JsonNode value = entry.path(field);
            if (!value.isTextual() && !value.isNull() && !value.isMissingNode()) {
                return Optional.empty();
            }
        }
        Optional<Login> login =
                text(entry, "auth").isEmpty()
                        ? Optional.of(new Login(text(entry, "username"), text(entry, "password")))
                        : decoded(text(entry, "auth"));
        String token = text(entry, "identitytoken");
        // As Docker does: whoever has such a token has no use for a password, and containerd would
        // take that first.
        String registry = text(entry, "registrytoken");
        return login.map(l ->
                token.isEmpty()
                        ? new Credential(l.username(), l.password(), "", registry)
                        : new Credential("", "", token, registry));
    }

    private static String text(JsonNode entry, String field) {
        return entry.path(field).asText("");
    }

    /// User and password of `base64(user:password)`, with or without padding.
    private static Optional<Login> decoded(String auth) {
        try {
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(Base64.getDecoder().decode(auth.strip())))
                            .toString();
            int colon = text.indexOf(':');
            return colon < 0
                    ? Optional.empty()
                    : Optional.of(new Login(text.substring(0, colon), text.substring(colon + 1)));
        } catch (IllegalArgumentException | CharacterCodingException broken) {
            return Optional.empty();
        }
    }
}
