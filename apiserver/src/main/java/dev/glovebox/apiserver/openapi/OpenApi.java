package dev.glovebox.apiserver.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// OpenAPI documents of the served kinds. Made when first asked for, then kept; safe for use by any
/// thread.
public final class OpenApi {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KindCatalogue kinds;
    private final JsonNode schemas;
    private final String title;
    private final String version;
    private final Lazy<Document> second = new Lazy<>(this::makeSecond);
    private final Lazy<byte[]> secondProtobuf;
    private final Lazy<Map<String, Document>> third = new Lazy<>(this::makeThird);

    /// A document and the hash of its bytes.
    ///
    /// @param hash upper-case hexadecimal SHA-512 as Kubernetes has it
    @SuppressWarnings("ArrayRecordComponent")
    public record Document(byte[] json, String hash) {}

    /// @param schemas all schemas by name, references as `ref`
    /// @param version that the documents say they are of
    public OpenApi(KindCatalogue kinds, JsonNode schemas, String version) {
        this.kinds = kinds;
        this.schemas = schemas;
        this.title = "Kubernetes";
        this.version = version;
        this.secondProtobuf = new Lazy<>(() -> SwaggerProtobuf.encode(swagger()));
    }

    /// OpenAPI 2 as JSON.
    public Document second() {
        return second.get();
    }

    /// OpenAPI 2 as the protobuf message `openapi.v2.Document`.
    public byte[] secondAsProtobuf() {
        return secondProtobuf.get();
    }

    /// The index of OpenAPI 3: each group and version with a URL that changes when its document
    /// does.
    public byte[] thirdIndex() {
        ObjectNode index = JsonNodeFactory.instance.objectNode();
        ObjectNode paths = index.putObject("paths");
        third.get()
                .forEach((path, document) ->
                        paths.putObject(path)
                                .put(
                                        "serverRelativeURL",
                                        "/openapi/v3/" + path + "?hash=" + document.hash()));
        return bytes(index);
    }

    /// OpenAPI 3 of one group and version.
    ///
    /// @param path `api/v1`, or for example `apis/node.k8s.io/v1`
    public Optional<Document> third(String path) {
        return Optional.ofNullable(third.get().get(path));
    }

    private Document makeSecond() {
        return document(swagger());
    }

    private ObjectNode swagger() {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("swagger", "2.0");
        info(document);
        ObjectNode paths = document.putObject("paths");
        ObjectNode definitions = document.putObject("definitions");
        Descriptions descriptions = Descriptions.read();
        for (GroupVersion each : groupVersions()) {
            each.kinds()
                    .forEach(kind ->
                            new Operations(kind, each.version(), Definitions.Dialect.V2)
                                    .addTo(paths));
            Definitions.of(schemas, descriptions, each.kinds(), each.version())
                    .forEach((name, schema) ->
                            definitions.set(
                                    name,
                                    Definitions.linked(
                                            schema, "#/definitions/", Definitions.Dialect.V2)));
        }
        return document;
    }

    private Map<String, Document> makeThird() {
        Map<String, Document> documents = new TreeMap<>();
        Descriptions descriptions = Descriptions.read();
        for (GroupVersion each : groupVersions()) {
            ObjectNode document = JsonNodeFactory.instance.objectNode().put("openapi", "3.0.0");
            info(document);
            ObjectNode paths = document.putObject("paths");
            each.kinds()
                    .forEach(kind ->
                            new Operations(kind, each.version(), Definitions.Dialect.V3)
                                    .addTo(paths));
            ObjectNode components = document.putObject("components").putObject("schemas");
            Definitions.of(schemas, descriptions, each.kinds(), each.version())
                    .forEach((name, schema) ->
                            components.set(
                                    name,
                                    Definitions.linked(
                                            schema,
                                            "#/components/schemas/",
                                            Definitions.Dialect.V3)));
            documents.put(each.path(), document(document));
        }
        return documents;
    }

    private void info(ObjectNode document) {
        document.putObject("info").put("title", title).put("version", version);
    }

    private List<GroupVersion> groupVersions() {
        return kinds.groups().stream()
                .flatMap(group ->
                        kinds.versions(group).stream()
                                .map(each -> new GroupVersion(group, each, served(group, each))))
                .toList();
    }

    private List<Kind> served(String group, String groupVersion) {
        return kinds.kinds().stream()
                .filter(kind ->
                        kind.group().equals(group) && kind.versions().contains(groupVersion))
                .toList();
    }

    private static Document document(ObjectNode content) {
        byte[] json = bytes(content);
        return new Document(json, hash(json));
    }

    private static byte[] bytes(ObjectNode content) {
        try {
            return JSON.writeValueAsString(content).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree that is none", e);
        }
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-512").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("a JDK without SHA-512", e);
        }
    }

    private record GroupVersion(String group, String version, List<Kind> kinds) {
        String path() {
            return group.isEmpty() ? "api/" + version : "apis/" + group + "/" + version;
        }
    }
}
