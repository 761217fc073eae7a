package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Frames;
import dev.glovebox.policy.TrustLevel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A definition whose versions differ, and a server that converts between them.
abstract class ConversionLab {
    static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    static final String DEFINITION = DEFINITIONS + "/things.example.com";
    static final String V1 = "/apis/example.com/v1/namespaces/default/things";
    static final String V2 = "/apis/example.com/v2/namespaces/default/things";
    static final String V3 = "/apis/example.com/v3/namespaces/default/things";
    static final String V1_SPEC =
            """
            "host":{"type":"string"},"port":{"type":"integer"},"replicas":{"type":"integer"},
            "old":{"type":"string","default":"one"}
            """;
    static final String V2_SPEC =
            """
            "address":{"type":"string","pattern":".+:[0-9]+"},"replicas":{"type":"integer"},
            "new":{"type":"string","default":"two"}
            """;

    @TempDir Path directory;
    TestApi api;
    ConversionServer server;

    @BeforeEach
    void open() throws IOException {
        server = new ConversionServer();
        api = new TestApi(directory, TrustLevel.TRUSTED);
    }

    @AfterEach
    void close() {
        api.close();
        server.close();
    }

    static String version(String name, String more, String spec) {
        return """
        {"name":"%s","served":true,"storage":false%s,
         "selectableFields":[{"jsonPath":".spec.%s"}],
         "additionalPrinterColumns":[{"name":"At","type":"string","jsonPath":".spec.%s"}],
         "subresources":{"status":{},
           "scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas"}},
         "schema":{"openAPIV3Schema":{"type":"object","properties":{
           "spec":{"type":"object","properties":{%s}},
           "status":{"type":"object","properties":{"replicas":{"type":"integer"}}}}}}}
        """
                .formatted(
                        name,
                        more,
                        name.equals("v1") ? "host" : "address",
                        name.equals("v1") ? "host" : "address",
                        spec);
    }

    /// All versions; objects are kept in one of them.
    static String[] keptAs(String kept) {
        return Stream.of("v1", "v2", "v3")
                .map(name ->
                        version(
                                name,
                                name.equals(kept) ? ",\"storage\":true" : "",
                                name.equals("v1") ? V1_SPEC : V2_SPEC))
                .toArray(String[]::new);
    }

    static String definition(String conversion, String... versions) {
        return """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
         "metadata":{"name":"things.example.com"},
         "spec":{"group":"example.com","scope":"Namespaced","conversion":%s,
                 "names":{"plural":"things","kind":"Thing"},"versions":[%s]}}
        """
                .formatted(conversion, String.join(",", versions));
    }

    void define() {
        TestApi.Reply made =
                api.post(DEFINITIONS, definition(server.conversion("\"v1\""), keptAs("v1")));
        assertThat(made.code()).as(made.message()).isEqualTo(201);
    }

    void redefine(String conversion, String... versions) {
        ObjectNode now = (ObjectNode) api.get(DEFINITION).body();
        ObjectNode next =
                (ObjectNode)
                        TestApi.tree(
                                definition(conversion, versions).getBytes(StandardCharsets.UTF_8));
        now.set("spec", next.path("spec"));
        TestApi.Reply changed = api.put(DEFINITION, now.toString());
        assertThat(changed.code()).as(changed.message()).isEqualTo(200);
    }

    static String thing(String version, String name, String spec) {
        return """
        {"apiVersion":"example.com/%s","kind":"Thing","metadata":{"name":"%s"},"spec":{%s}}
        """
                .formatted(version, name, spec);
    }

    TestApi.Reply make(String version, String name, String spec) {
        TestApi.Reply made =
                api.post(V1.replace("/v1/", "/" + version + "/"), thing(version, name, spec));
        assertThat(made.code()).as(made.message()).isEqualTo(201);
        return made;
    }

    static String spec(TestApi.Reply reply) {
        return reply.body().path("spec").toString();
    }

    static String text(Frames frames) throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            String text = new String(frames.next(Duration.ofSeconds(10)), StandardCharsets.UTF_8);
            if (!text.isEmpty() || frames.ended()) {
                return text;
            }
        }
        throw new AssertionError("nothing came");
    }
}
