package dev.glovebox.apiserver.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.Call;
import dev.glovebox.apiserver.RequestInfo;
import dev.glovebox.apiserver.auth.RequestAttributes;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.record.Annotations;
import dev.glovebox.apiserver.schema.JsonReader;
import dev.glovebox.apiserver.schema.YamlReader;
import dev.glovebox.model.ApiException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/// One request in the record: `Event` of `audit.k8s.io/v1`, without what only the end of it tells.
final class AuditEvent {
    /// How far the request was. The names are those of `audit.k8s.io`.
    enum Stage {
        RESPONSE_STARTED("ResponseStarted"),
        RESPONSE_COMPLETE("ResponseComplete"),
        PANIC("Panic");

        private final String word;

        Stage(String word) {
            this.word = word;
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    /// Bodies with more bytes are told by their length.
    private static final int LARGEST_BODY = 64 << 10;

    /// What may hold a secret, and is recorded without its body.
    private static final Set<String> SECRET =
            Set.of("secrets", "configmaps", "serviceaccounts/token", "tokenreviews");

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final ObjectNode event;
    private final Annotations annotations;

    private AuditEvent(ObjectNode event, Annotations annotations) {
        this.event = event;
        this.annotations = annotations;
    }

    static AuditEvent of(Call call, AuditLevel level, Instant received) {
        Optional<RequestAttributes> about = RequestInfo.of(call.user(), call);
        boolean secret =
                about.filter(each -> SECRET.contains(each.qualifiedResource())).isPresent();
        AuditLevel applied = secret ? AuditLevel.METADATA : level;
        ObjectNode event =
                JSON.createObjectNode()
                        .put("kind", "Event")
                        .put("apiVersion", "audit.k8s.io/v1")
                        .put("level", applied.word())
                        .put("auditID", UUID.randomUUID().toString())
                        .put("requestURI", uri(call))
                        .put(
                                "verb",
                                about.map(RequestAttributes::verb)
                                        .orElse(call.method().toLowerCase(Locale.ROOT)));
        Optional<User> impersonator = call.origin().impersonator();
        event.set("user", user(impersonator.orElse(call.user())));
        if (impersonator.isPresent()) {
            event.set("impersonatedUser", user(call.user()));
        }
        if (!call.origin().address().isEmpty()) {
            event.putArray("sourceIPs").add(call.origin().address());
        }
        if (!call.userAgent().isEmpty()) {
            event.put("userAgent", call.userAgent());
        }
        about.ifPresent(each -> event.set("objectRef", reference(each, call.path())));
        if (applied == AuditLevel.REQUEST && call.body().length > 0) {
            addBody(event, call);
        }
        event.put("requestReceivedTimestamp", MICROS.format(received));
        return new AuditEvent(event, call.annotations());
    }

    /// The event at a stage of which no answer's code is known.
    String at(Stage stage, Instant now) {
        return staged(stage, now).toString();
    }

    /// The event with the code of its answer.
    String ended(Stage stage, int code, Instant now) {
        ObjectNode staged = staged(stage, now);
        staged.putObject("responseStatus").put("code", code);
        return staged.toString();
    }

    /// The event with the refusal that was its answer.
    String refused(ApiException refusal, Instant now) {
        ObjectNode staged = staged(Stage.RESPONSE_COMPLETE, now);
        staged.putObject("responseStatus")
                .put("status", "Failure")
                .put("message", String.valueOf(refusal.getMessage()))
                .put("reason", refusal.reasonWord())
                .put("code", refusal.code());
        return staged.toString();
    }

    private ObjectNode staged(Stage stage, Instant now) {
        ObjectNode staged =
                event.deepCopy().put("stage", stage.word).put("stageTimestamp", MICROS.format(now));
        Map<String, String> notes = annotations.all();
        if (!notes.isEmpty()) {
            ObjectNode told = staged.putObject("annotations");
            notes.forEach(told::put);
        }
        return staged;
    }

    private static String uri(Call call) {
        String query =
                new TreeMap<>(call.query())
                        .entrySet().stream()
                                .flatMap(each ->
                                        each.getValue().stream().map(value -> pair(each, value)))
                                .collect(Collectors.joining("&"));
        return query.isEmpty() ? call.path() : call.path() + "?" + query;
    }

    private static String pair(Map.Entry<String, List<String>> parameter, String value) {
        return URLEncoder.encode(parameter.getKey(), StandardCharsets.UTF_8)
                + "="
                + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static ObjectNode user(User user) {
        ObjectNode tree = JSON.createObjectNode().put("username", user.name());
        if (!user.uid().isEmpty()) {
            tree.put("uid", user.uid());
        }
        ArrayNode groups = tree.putArray("groups");
        user.groups().forEach(groups::add);
        if (!user.extra().isEmpty()) {
            ObjectNode extra = tree.putObject("extra");
            new TreeMap<>(user.extra())
                    .forEach((key, values) -> values.forEach(extra.putArray(key)::add));
        }
        return tree;
    }

    private static ObjectNode reference(RequestAttributes about, String path) {
        ObjectNode reference = JSON.createObjectNode().put("resource", about.resource());
        putUnlessEmpty(reference, "namespace", about.namespace());
        putUnlessEmpty(reference, "name", about.name());
        putUnlessEmpty(reference, "apiGroup", about.group());
        String[] parts = path.split("/", -1);
        putUnlessEmpty(reference, "apiVersion", about.group().isEmpty() ? parts[2] : parts[3]);
        putUnlessEmpty(reference, "subresource", about.subresource());
        return reference;
    }

    private static void putUnlessEmpty(ObjectNode tree, String field, String value) {
        if (!value.isEmpty()) {
            tree.put(field, value);
        }
    }

    /// The body as JSON. One that is neither JSON nor YAML, or too large, is told by its length.
    private static void addBody(ObjectNode event, Call call) {
        if (call.body().length > LARGEST_BODY) {
            tellBody(call);
            return;
        }
        try {
            JsonNode body =
                    call.contentType().contains("yaml")
                            ? YamlReader.yaml(call.body()).root()
                            : JsonReader.json(call.body()).root();
            event.set("requestObject", body);
        } catch (IOException otherFormat) {
            tellBody(call);
        }
    }

    private static void tellBody(Call call) {
        call.annotations()
                .note(
                        "glovebox.dev/request-body",
                        "%d bytes, %s".formatted(call.body().length, call.contentType()));
    }
}
