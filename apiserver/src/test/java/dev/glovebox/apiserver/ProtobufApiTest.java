package dev.glovebox.apiserver;

import static dev.glovebox.apiserver.TestApi.ADMIN;
import static dev.glovebox.apiserver.TestApi.CLASSES;
import static dev.glovebox.apiserver.TestApi.PODS;
import static dev.glovebox.apiserver.TestApi.pod;
import static dev.glovebox.apiserver.protobuf.Encoding.body;
import static dev.glovebox.apiserver.protobuf.Encoding.message;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.protobuf.Examples;
import dev.glovebox.policy.TrustLevel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests as typed Go clients send them: the body in protobuf, the answer in JSON if need be.
class ProtobufApiTest {
    private static final String NAMESPACES = "/api/v1/namespaces";
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
    private static final String USUAL = "usual/core.v1.Pod";

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi(directory, TrustLevel.TRUSTED);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private TestApi.Reply send(String method, String path, byte[] body) {
        return api.send(ADMIN, method, path, PROTOBUF + ",application/json", PROTOBUF, body);
    }

    private TestApi.Reply post(byte[] body) {
        return send("POST", PODS, body);
    }

    @Test
    void kubectls_namespace_is_created() {
        var created =
                send(
                        "POST",
                        NAMESPACES + "?fieldManager=kubectl-create&fieldValidation=Strict",
                        Examples.protobuf("kubectl/create-namespace"));
        assertThat(created.code()).isEqualTo(201);
        api.post(
                NAMESPACES + "?fieldManager=kubectl-create", "{\"metadata\":{\"name\":\"other\"}}");
        String other = withoutIdentity(api.get(NAMESPACES + "/other").body()).toString();
        assertThat(withoutIdentity(api.get(NAMESPACES + "/mine").body()))
                .isEqualTo(tree(other.replace("other", "mine")));
    }

    @Test
    void a_pod_is_the_one_that_json_makes_and_its_zeros_are_kept() {
        var created = post(Examples.protobuf(USUAL));
        assertThat(created.code()).isEqualTo(201);
        JsonNode spec = created.body().path("spec");
        assertThat(spec.path("terminationGracePeriodSeconds").asInt(1)).isZero();
        assertThat(spec.path("automountServiceAccountToken").asBoolean(true)).isFalse();
        assertThat(spec.at("/securityContext/runAsUser").asInt(1)).isZero();
        assertThat(spec.at("/containers/0/securityContext/allowPrivilegeEscalation").isBoolean())
                .isTrue();
        assertThat(spec.has("hostNetwork")).isFalse();

        api.delete(PODS + "/p");
        JsonNode byJson = api.post(PODS, Examples.json(USUAL).toString()).body();
        assertThat(withoutIdentity(created.body())).isEqualTo(withoutIdentity(byJson));
    }

    /// Zeros that Go writes by habit would be changes of a spec.
    @Test
    void a_pod_made_with_json_can_be_updated_with_protobuf() {
        api.post(PODS, Examples.json(USUAL).toString());
        var updated = send("PUT", PODS + "/p", Examples.protobuf(USUAL));
        assertThat(updated.message()).isEmpty();
        assertThat(updated.code()).isEqualTo(200);
    }

    @Test
    void both_versions_of_a_runtime_class_are_taken() {
        for (String version : List.of("v1", "v1beta1")) {
            byte[] body =
                    body(
                            "node.k8s.io/" + version,
                            "RuntimeClass",
                            out -> {
                                out.writeByteArray(
                                        1, message(meta -> meta.writeString(1, version)));
                                out.writeString(2, "runsc");
                            });
            assertThat(send("POST", CLASSES.replace("v1", version), body).code()).isEqualTo(201);
            assertThat(api.get(CLASSES + "/" + version).at("/handler")).isEqualTo("runsc");
        }
    }

    @Test
    void bindings_evictions_and_options_are_taken() {
        api.post(PODS, pod("p", ""));
        byte[] name = message(meta -> meta.writeString(1, "p"));
        byte[] node = message(target -> target.writeString(3, "n1"));
        var bound =
                send(
                        "POST",
                        PODS + "/p/binding",
                        body(
                                "v1",
                                "Binding",
                                out -> {
                                    out.writeByteArray(1, name);
                                    out.writeByteArray(2, node);
                                }));
        assertThat(bound.code()).isEqualTo(201);
        assertThat(api.get(PODS + "/p").at("/spec/nodeName")).isEqualTo("n1");

        byte[] other = message(conditions -> conditions.writeString(1, "no such uid"));
        byte[] options = message(out -> out.writeByteArray(2, other));
        var kept =
                send(
                        "DELETE",
                        PODS + "/p",
                        body(
                                "v1",
                                "DeleteOptions",
                                out -> {
                                    out.writeRawBytes(options);
                                }));
        assertThat(kept.code()).isEqualTo(409);
        byte[] now = message(out -> out.writeInt64(1, 0));
        var evicted =
                send(
                        "POST",
                        PODS + "/p/eviction",
                        body(
                                "policy/v1",
                                "Eviction",
                                out -> {
                                    out.writeByteArray(1, name);
                                    out.writeByteArray(2, now);
                                }));
        assertThat(evicted.code()).isEqualTo(201);
        assertThat(api.get(PODS + "/p").code()).isEqualTo(404);
    }

    @Test
    void another_kind_is_refused_before_it_is_read() {
        var known = post(body("v1", "Namespace", out -> out.writeInt64(1, 1)));
        assertThat(known.code()).isEqualTo(400);
        assertThat(known.message())
                .isEqualTo(
                        "Namespace in version \"v1\" cannot be handled as a Pod: converting"
                                + " (v1.Namespace) to (Pod): unknown conversion");
        var unknown = post(body("example.com/v1", "Nothing", out -> out.writeInt64(1, 1)));
        assertThat(unknown.code()).isEqualTo(400);
        assertThat(unknown.message())
                .isEqualTo(
                        "Nothing in version \"v1\" cannot be handled as a Pod: no kind \"Nothing\""
                                + " is registered for version \"example.com/v1\"");
    }

    @Test
    void what_cannot_be_read_is_a_bad_request() {
        for (byte[] body : List.of(new byte[0], "{}".getBytes(StandardCharsets.UTF_8))) {
            var refused = post(body);
            assertThat(refused.code()).isEqualTo(400);
            assertThat(refused.message())
                    .startsWith("the object provided is unrecognized (must be of type Pod): ");
        }
        var malformed = post(body("v1", "Pod", out -> out.writeInt64(1, 1)));
        assertThat(malformed.code()).isEqualTo(400);
        assertThat(malformed.at("/reason")).isEqualTo("BadRequest");
        assertThat(malformed.message())
                .startsWith("Pod in version \"v1\" cannot be handled as a Pod: proto: ");
    }

    @Test
    void a_body_is_as_large_as_its_json() {
        byte[] name = message(meta -> meta.writeString(1, "\1".repeat(Bodies.MOST_BYTES / 4)));
        assertThat(post(body("v1", "Pod", out -> out.writeByteArray(1, name))).code())
                .isEqualTo(413);
        // Containers of four bytes each, with an empty security context.
        byte[] container = {0x12, 2, 0x7a, 0};
        byte[] spec =
                message(out -> {
                    for (int i = 0; i < Bodies.MOST_BYTES / 4 - 100; i++) {
                        out.writeRawBytes(container);
                    }
                });
        byte[] many = body("v1", "Pod", out -> out.writeByteArray(2, spec));
        assertThat(many).hasSizeLessThan(Bodies.MOST_BYTES);
        assertThat(post(many).code()).isEqualTo(413);
        assertThat(post(new byte[Bodies.MOST_BYTES + 1]).code()).isEqualTo(413);
    }

    @Test
    void other_formats_and_protobuf_answers_are_refused_as_before() {
        var unknown = api.send(ADMIN, "POST", PODS, "", "text/plain", "x");
        assertThat(unknown.code()).isEqualTo(415);
        assertThat(unknown.message())
                .isEqualTo(
                        "the body of the request was in an unknown format - accepted media types"
                                + " include: application/json, application/yaml,"
                                + " application/vnd.kubernetes.protobuf");
        assertThat(send("PATCH", PODS + "/p", Examples.protobuf(USUAL)).code()).isEqualTo(415);
        var alone = api.send(ADMIN, "POST", PODS, PROTOBUF, PROTOBUF, Examples.protobuf(USUAL));
        assertThat(alone.code()).isEqualTo(406);
    }

    private static JsonNode tree(String json) {
        return TestApi.tree(json.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode withoutIdentity(JsonNode object) {
        ObjectNode copy = object.deepCopy();
        copy.withObjectProperty("metadata").remove(List.of("uid", "resourceVersion"));
        return copy;
    }
}
