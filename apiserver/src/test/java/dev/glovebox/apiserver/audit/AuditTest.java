package dev.glovebox.apiserver.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.apiserver.Answer;
import dev.glovebox.apiserver.Call;
import dev.glovebox.apiserver.Origin;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.record.Annotations;
import dev.glovebox.cluster.Frames;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditTest {
    private static final User ALICE = new User("alice", List.of("tenants"));
    private static final User ADMIN = new User("admin", List.of(User.MASTERS));
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-11-27T12:00:00.000001Z"), ZoneOffset.UTC);
    private static final Answer DONE = new Answer.Whole(201, "", new byte[0], List.of());
    private static final String PODS = "/api/v1/namespaces/a/pods";

    private final List<String> log = new ArrayList<>();

    @Test
    void a_request_is_one_event_of_who_what_when_and_what_came_of_it()
            throws JsonProcessingException {
        audit(AuditLevel.METADATA).around(call("POST", PODS, "{\"kind\": \"Pod\"}"), () -> DONE);

        assertThat(event())
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                                        {"kind": "Event", "apiVersion": "audit.k8s.io/v1",
                                         "level": "Metadata", "auditID": "%s",
                                         "stage": "ResponseComplete",
                                         "requestURI": "/api/v1/namespaces/a/pods?dryRun=All",
                                         "verb": "create",
                                         "user": {"username": "admin", "groups": ["system:masters"]},
                                         "impersonatedUser":
                                           {"username": "alice", "groups": ["tenants"]},
                                         "sourceIPs": ["192.0.2.1"], "userAgent": "kubectl/v1",
                                         "objectRef": {"resource": "pods", "namespace": "a",
                                           "apiVersion": "v1"},
                                         "responseStatus": {"code": 201},
                                         "requestReceivedTimestamp": "2026-11-27T12:00:00.000001Z",
                                         "stageTimestamp": "2026-11-27T12:00:00.000001Z"}
                                        """
                                                .formatted(event().path("auditID").asText())));
    }

    @Test
    void a_body_is_recorded_where_it_is_wanted() throws JsonProcessingException {
        audit(AuditLevel.REQUEST).around(call("POST", PODS, "{\"kind\": \"Pod\"}"), () -> DONE);
        assertThat(event().at("/requestObject/kind").asText()).isEqualTo("Pod");
        assertThat(event().path("level").asText()).isEqualTo("Request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/namespaces/a/secrets",
                "/api/v1/namespaces/a/configmaps/x",
                "/api/v1/namespaces/a/serviceaccounts/default/token",
                "/apis/authentication.k8s.io/v1/tokenreviews"
            })
    void a_body_that_may_hold_a_secret_never_is(String path) throws JsonProcessingException {
        audit(AuditLevel.REQUEST).around(call("POST", path, "{\"token\": \"hush\"}"), () -> DONE);
        assertThat(log.getFirst()).doesNotContain("hush");
        assertThat(event().path("level").asText()).isEqualTo("Metadata");
    }

    @ParameterizedTest
    @ValueSource(strings = {"k8s\0bytes", "{\"kind\": "})
    void a_body_that_is_no_json_is_told_by_its_length(String body) throws JsonProcessingException {
        audit(AuditLevel.REQUEST).around(call("POST", PODS, body), () -> DONE);
        assertThat(event().has("requestObject")).isFalse();
        assertThat(event().at("/annotations/glovebox.dev~1request-body").asText())
                .isEqualTo(body.length() + " bytes, application/json");
    }

    /// Whoever writes lines of their own into the record could tell any story.
    @Test
    void nobody_writes_a_line_of_their_own() {
        audit(AuditLevel.REQUEST)
                .around(call("POST", PODS + "/a\n{}", "{\"a\": \"b\\nc\"}"), () -> DONE);
        assertThat(log.getFirst()).doesNotContain("\n");
    }

    /// By the one who answers, while it is answered; at every level that records anything.
    @Test
    void what_was_noted_while_it_was_answered_is_told() throws JsonProcessingException {
        Call call = call("GET", PODS, "");
        audit(AuditLevel.METADATA)
                .around(
                        call,
                        () -> {
                            call.annotations().note("example.com/b", "first");
                            call.annotations().note("example.com/b", "second");
                            call.annotations().note("example.com/a", "");
                            return DONE;
                        });
        assertThat(event().path("annotations").toString())
                .isEqualTo("{\"example.com/a\":\"\",\"example.com/b\":\"first\"}");
    }

    @Test
    void a_refusal_is_recorded_and_goes_on() throws JsonProcessingException {
        ApiException refusal = new ApiException(StatusReason.FORBIDDEN, "no");
        assertThatThrownBy(() ->
                        audit(AuditLevel.METADATA)
                                .around(
                                        call("GET", PODS, ""),
                                        () -> {
                                            throw refusal;
                                        }))
                .isSameAs(refusal);
        assertThat(event().path("responseStatus").toString())
                .isEqualTo(
                        "{\"status\":\"Failure\",\"message\":\"no\",\"reason\":\"Forbidden\",\"code\":403}");
    }

    @Test
    void somebody_who_was_not_believed_is_recorded() throws JsonProcessingException {
        ApiException refusal = new ApiException(StatusReason.UNAUTHORIZED, "Unauthorized");
        audit(AuditLevel.METADATA).refused(call("GET", PODS, ""), refusal);
        assertThat(event().at("/responseStatus/code").intValue()).isEqualTo(401);
    }

    @Test
    void a_watch_is_recorded_when_it_begins_and_once_when_it_ends() {
        Answer answer =
                audit(AuditLevel.METADATA)
                        .around(call("GET", PODS, ""), () -> new Answer.Stream("", new NoFrames()));
        assertThat(log).hasSize(1).first().asString().contains("ResponseStarted");
        Frames frames = ((Answer.Stream) answer).frames();
        frames.close();
        frames.close();
        assertThat(log).hasSize(2).last().asString().contains("ResponseComplete");
    }

    @Test
    void without_a_level_nothing_is_recorded() {
        audit(AuditLevel.NONE).around(call("GET", PODS, ""), () -> DONE);
        assertThat(log).isEmpty();
    }

    private Audit audit(AuditLevel level) {
        return new Audit(level, CLOCK, log::add);
    }

    private JsonNode event() throws JsonProcessingException {
        assertThat(log).hasSize(1);
        return new ObjectMapper().readTree(log.getFirst());
    }

    private static Call call(String method, String path, String body) {
        return new Call(
                ALICE,
                method,
                path,
                Map.of("dryRun", List.of("All")),
                "",
                "application/json",
                "kubectl/v1",
                new Origin("192.0.2.1", Optional.of(ADMIN)),
                new Annotations(),
                body.getBytes(StandardCharsets.UTF_8));
    }

    private static final class NoFrames implements Frames {
        @Override
        public byte[] next(Duration patience) {
            return new byte[0];
        }

        @Override
        public boolean ended() {
            return true;
        }

        @Override
        public void close() {}
    }
}
