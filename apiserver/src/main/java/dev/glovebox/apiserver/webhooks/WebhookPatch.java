package dev.glovebox.apiserver.webhooks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.admission.AdmissionRequest;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.patch.JsonPatch;
import dev.glovebox.apiserver.patch.PatchException;
import dev.glovebox.apiserver.schema.Decoder;
import dev.glovebox.apiserver.schema.Defaults;
import dev.glovebox.apiserver.schema.MalformedException;
import dev.glovebox.apiserver.schema.Schema;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.io.IOException;

/// Carries out what a webhook wants changed: the object is patched in the version that the webhook
/// knows, brought into the shape of its schema, and filled in; what comes of it is checked later,
/// as if the client had sent it.
final class WebhookPatch {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MOST_BYTES = 3 << 20;

    private WebhookPatch() {}

    /// Patches the request's object in place.
    ///
    /// @return whether it is another now
    /// @throws WebhookFailure when the patch is none
    /// @throws ApiException when it does not fit the object
    static boolean apply(Webhook webhook, Question question, Reply reply) throws WebhookFailure {
        if (reply.patch().length == 0) {
            return false;
        }
        JsonNode operations = operations(reply.patch());
        if (operations.isEmpty()) {
            return false;
        }
        if (question.object().isEmpty() || question.request().schema().isEmpty()) {
            throw WebhookFailure.internal(
                    "admission webhook \"%s\" attempted to modify the object, which is not supported for this operation"
                            .formatted(webhook.name()));
        }
        if (!reply.patchType().equals("JSONPatch")) {
            throw new WebhookFailure("unsupported patch type \"%s\"".formatted(reply.patchType()));
        }
        return replace(question, patched(question.object().get(), operations));
    }

    private static JsonNode operations(byte[] patch) throws WebhookFailure {
        String undecodable = "received undecodable patch in webhook response: ";
        try {
            JsonNode operations = MAPPER.readTree(patch);
            if (operations instanceof ArrayNode && operations.size() <= JsonPatch.MOST_OPERATIONS) {
                return operations;
            }
        } catch (IOException e) {
            throw new WebhookFailure(undecodable + "not JSON", e);
        }
        throw new WebhookFailure(undecodable + "not a list of operations that is short enough");
    }

    private static ObjectNode patched(ObjectNode object, JsonNode operations) {
        JsonNode patched;
        try {
            patched = JsonPatch.apply(object, operations);
            if (MAPPER.writeValueAsBytes(patched).length > MOST_BYTES) {
                throw new ApiException(
                        StatusReason.REQUEST_ENTITY_TOO_LARGE,
                        "Request entity too large: limit is " + MOST_BYTES);
            }
        } catch (PatchException | JsonProcessingException e) {
            throw WebhookFailure.internal(String.valueOf(e.getMessage()));
        }
        if (patched instanceof ObjectNode tree) {
            return tree;
        }
        throw WebhookFailure.internal("the patched object is none");
    }

    private static boolean replace(Question question, ObjectNode patched) {
        AdmissionRequest request = question.request();
        ObjectNode before = question.object().orElseThrow();
        for (String field : new String[] {"apiVersion", "kind"}) {
            if (!patched.path(field).equals(before.path(field))) {
                throw new ApiException(
                        StatusReason.UNKNOWN,
                        "converting (%s) to (%s): unknown conversion"
                                .formatted(words(patched), words(before)));
            }
        }
        ObjectNode own = own(question, patched);
        boolean changed = !own.equals(request.object());
        request.object().removeAll();
        request.object().setAll(own);
        return changed;
    }

    /// The patched object in the request's own version.
    private static ObjectNode own(Question question, ObjectNode patched) {
        AdmissionRequest request = question.request();
        Kind kind = question.version().kind();
        if (!patched.path("kind").asText().equals(kind.names().kind())) {
            // A Scale, or what else is posted to a subresource.
            ObjectNode posted = decoded(request.schema().orElseThrow(), patched);
            Defaults.apply(request.schema().orElseThrow(), posted);
            return posted;
        }
        // What only another version knows must not be lost on the way through this one.
        boolean foreign = !question.isOwn() && kind.schema().structural();
        ObjectNode shaped = foreign ? patched : decoded(kind.schema(), patched);
        kind.applyDefaults(shaped);
        if (question.isOwn()) {
            return shaped;
        }
        Versions.Version own = new Versions.Version(request.kind(), request.version());
        ObjectNode back = decoded(request.kind().schema(), Versions.converted(shaped, kind, own));
        request.kind().applyDefaults(back);
        return back;
    }

    private static String words(ObjectNode object) {
        String apiVersion = object.path("apiVersion").asText();
        return apiVersion + ", Kind=" + object.path("kind").asText();
    }

    private static ObjectNode decoded(Schema schema, ObjectNode object) {
        try {
            ObjectNode decoded = new Decoder().decode(schema, object);
            decoded.set("apiVersion", object.path("apiVersion"));
            decoded.set("kind", object.path("kind"));
            return decoded;
        } catch (MalformedException e) {
            throw WebhookFailure.internal(String.valueOf(e.getMessage()));
        }
    }
}
