package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.apiserver.schema.Base64Text;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Rules about ConfigMaps and Secrets.
public final class ConfigRules {
    private static final int MOST_BYTES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ACCOUNT = "kubernetes.io/service-account.name";
    private static final Path DATA = Path.of("data");

    private ConfigRules() {}

    /// Rules for a ConfigMap, whether new or changed.
    public static void configMap(JsonNode configMap, FieldErrors errors) {
        JsonNode binary = configMap.path("binaryData");
        int bytes = 0;
        for (var entry : configMap.path("data").properties()) {
            Path path = DATA.key(entry.getKey());
            errors.invalid(path, entry.getKey(), Words.configKey(entry.getKey()));
            if (binary.has(entry.getKey())) {
                errors.invalid(path, entry.getKey(), "duplicate of key present in binaryData");
            }
            bytes += entry.getValue().asText().getBytes(StandardCharsets.UTF_8).length;
        }
        bytes += keys(binary, Path.of("binaryData"), errors);
        if (bytes > MOST_BYTES) {
            // Kubernetes names no field here, and prints it like this.
            errors.tooLong(Path.of("[]"), MOST_BYTES);
        }
    }

    /// What an immutable ConfigMap must keep.
    public static void configMapUpdate(JsonNode configMap, JsonNode old, FieldErrors errors) {
        immutable(configMap, old, List.of("data", "binaryData"), errors);
    }

    /// Rules for a Secret, whether new or changed.
    public static void secret(JsonNode secret, FieldErrors errors) {
        JsonNode data = secret.path("data");
        if (keys(data, DATA, errors) > MOST_BYTES) {
            errors.tooLong(DATA, MOST_BYTES);
        }
        switch (secret.path("type").asText()) {
            case "kubernetes.io/service-account-token" -> account(secret, errors);
            case "kubernetes.io/dockercfg" -> json(data, ".dockercfg", errors);
            case "kubernetes.io/dockerconfigjson" -> json(data, ".dockerconfigjson", errors);
            case "kubernetes.io/basic-auth" -> {
                if (!data.has("username") && !data.has("password")) {
                    required(data, List.of("username", "password"), errors);
                }
            }
            case "kubernetes.io/ssh-auth" -> {
                if (data.path("ssh-privatekey").asText().isEmpty()) {
                    errors.required(DATA.key("ssh-privatekey"), "");
                }
            }
            case "kubernetes.io/tls" -> required(data, List.of("tls.crt", "tls.key"), errors);
            default -> {}
        }
    }

    /// What an immutable ConfigMap or Secret must keep.
    ///
    /// @param fields that hold what it is about
    public static void immutable(
            JsonNode object, JsonNode old, List<String> fields, FieldErrors errors) {
        if (!old.path("immutable").asBoolean()) {
            return;
        }
        String words = "field is immutable when `immutable` is set";
        if (!object.path("immutable").asBoolean()) {
            errors.forbidden(Path.of("immutable"), words);
        }
        for (String field : fields) {
            if (!object.path(field).equals(old.path(field))) {
                errors.forbidden(Path.of(field), words);
            }
        }
    }

    /// Checks the keys and counts the bytes.
    private static int keys(JsonNode data, Path path, FieldErrors errors) {
        int bytes = 0;
        for (var entry : data.properties()) {
            String key = entry.getKey();
            errors.invalid(path.key(key), key, Words.configKey(key));
            bytes += Base64Text.decode(entry.getValue().asText()).length;
        }
        return bytes;
    }

    private static void account(JsonNode secret, FieldErrors errors) {
        JsonNode name = secret.path("metadata").path("annotations").path(ACCOUNT);
        if (name.asText().isEmpty()) {
            errors.required(Path.of("metadata.annotations").key(ACCOUNT), "");
        }
    }

    private static void required(JsonNode data, List<String> keys, FieldErrors errors) {
        for (String key : keys) {
            if (!data.has(key)) {
                errors.required(DATA.key(key), "");
            }
        }
    }

    private static void json(JsonNode data, String key, FieldErrors errors) {
        if (!data.has(key)) {
            errors.required(DATA.key(key), "");
            return;
        }
        byte[] value = Base64Text.decode(data.path(key).asText());
        try {
            if (JSON.readTree(value).isMissingNode()) {
                errors.invalid(DATA.key(key), REDACTED, "unexpected end of JSON input");
            }
        } catch (JacksonException e) {
            errors.invalid(DATA.key(key), REDACTED, goWords(value, e));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static final String REDACTED = "<secret contents redacted>";

    /// The complaint without a byte of the secret beyond the one that does not fit.
    private static String goWords(byte[] value, JacksonException e) {
        long at = e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
        int index = (int) Math.max(0, Math.min(at, value.length - 1));
        return "invalid character '%c' looking for beginning of value"
                .formatted((char) (value[index] & 0x7f));
    }
}
