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
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/// OpenAPI documents of the served kinds. Made when first asked for, then kept; safe for use by any
/// thread.
public final class OpenApi {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Supplier<KindCatalogue> kinds;
    private final JsonNode schemas;
    private final String title;
    private final String version;
    private volatile Documents documents;

    /// A document and the hash of its bytes.
    ///
    /// @param hash upper-case hexadecimal SHA-512 as Kubernetes has it
    @SuppressWarnings("ArrayRecordComponent")
    public record Document(byte[] json, String hash) {}

    /// @param kinds what is served at the moment of asking
    /// @param schemas all schemas of built-in kinds by name, references as `ref`
    /// @param version that the documents say they are of
    public OpenApi(Supplier<KindCatalogue> kinds, JsonNode schemas, String version) {
        this.kinds = kinds;
        this.schemas = schemas;
        this.title = "Kubernetes";
        this.version = version;
        this.documents = new Documents(kinds.get(), Map.of());
    }

    /// The documents of one catalogue; those of an older one are taken over where nothing changed.
    private final class Documents {
        private final KindCatalogue of;
        private final Lazy<Document> second = new Lazy<>(() -> document(swagger(groupVersions())));
        private final Lazy<byte[]> secondProtobuf =
                new Lazy<>(() -> SwaggerProtobuf.encode(swagger(groupVersions())));
        private final Lazy<Map<GroupVersion, Document>> third;

        Documents(KindCatalogue of, Map<GroupVersion, Document> known) {
            this.of = of;
            this.third = new Lazy<>(() -> makeThird(groupVersions(), known));
        }

        private List<GroupVersion> groupVersions() {
            return of.groups().stream()
                    .flatMap(group ->
                            of.versions(group).stream()
                                    .map(each ->
                                            new GroupVersion(group, each, served(group, each))))
                    .toList();
        }

        private List<Kind> served(String group, String groupVersion) {
            return of.kinds().stream()
                    .filter(kind ->
                            kind.group().equals(group) && kind.versions().contains(groupVersion))
                    .toList();
        }
    }

    /// Two threads may make the same documents; either's will do. Another catalogue is another
    /// object, and comparing what is in them would cost more than it saves.
    @SuppressWarnings("ReferenceEquality")
    private Documents current() {
        KindCatalogue now = kinds.get();
        Documents made = documents;
        if (made.of != now) {
            made = new Documents(now, made.third.known().orElse(Map.of()));
            documents = made;
        }
        return made;
    }

    /// OpenAPI 2 as JSON.
    public Document second() {
        return current().second.get();
    }

    /// OpenAPI 2 as the protobuf message `openapi.v2.Document`.
    public byte[] secondAsProtobuf() {
        return current().secondProtobuf.get();
    }

    /// The index of OpenAPI 3: each group and version with a URL that changes when its document
    /// does.
    public byte[] thirdIndex() {
        ObjectNode index = JsonNodeFactory.instance.objectNode();
        ObjectNode paths = index.putObject("paths");
        Map<String, String> hashes = new TreeMap<>();
        current().third.get().forEach((each, made) -> hashes.put(each.path(), made.hash()));
        hashes.forEach((path, hash) ->
                paths.putObject(path)
                        .put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + hash));
        return bytes(index);
    }

    /// OpenAPI 3 of one group and version.
    ///
    /// @param path `api/v1`, or for example `apis/node.k8s.io/v1`
    public Optional<Document> third(String path) {
        return current().third.get().entrySet().stream()
                .filter(each -> each.getKey().path().equals(path))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private ObjectNode swagger(List<GroupVersion> groupVersions) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("swagger", "2.0");
        info(document);
        ObjectNode paths = document.putObject("paths");
        ObjectNode definitions = document.putObject("definitions");
        Descriptions descriptions = Descriptions.read();
        for (GroupVersion each : groupVersions) {
            each.kinds()
                    .forEach(kind ->
                            new Operations(kind, each.version(), Definitions.Dialect.V2)
                                    .addTo(paths));
            Definitions.of(
                            schemas,
                            descriptions,
                            each.kinds(),
                            each.version(),
                            Definitions.Dialect.V2)
                    .forEach((name, schema) ->
                            definitions.set(
                                    name,
                                    Definitions.linked(
                                            schema, "#/definitions/", Definitions.Dialect.V2)));
        }
        return document;
    }

    private Map<GroupVersion, Document> makeThird(
            List<GroupVersion> groupVersions, Map<GroupVersion, Document> known) {
        Map<GroupVersion, Document> made = new HashMap<>();
        Descriptions descriptions = Descriptions.read();
        for (GroupVersion each : groupVersions) {
            Document before = known.get(each);
            if (before != null) {
                made.put(each, before);
                continue;
            }
            ObjectNode document = JsonNodeFactory.instance.objectNode().put("openapi", "3.0.0");
            info(document);
            ObjectNode paths = document.putObject("paths");
            each.kinds()
                    .forEach(kind ->
                            new Operations(kind, each.version(), Definitions.Dialect.V3)
                                    .addTo(paths));
            ObjectNode components = document.putObject("components").putObject("schemas");
            Definitions.of(
                            schemas,
                            descriptions,
                            each.kinds(),
                            each.version(),
                            Definitions.Dialect.V3)
                    .forEach((name, schema) ->
                            components.set(
                                    name,
                                    Definitions.linked(
                                            schema,
                                            "#/components/schemas/",
                                            Definitions.Dialect.V3)));
            made.put(each, document(document));
        }
        return Map.copyOf(made);
    }

    private void info(ObjectNode document) {
        document.putObject("info").put("title", title).put("version", version);
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
