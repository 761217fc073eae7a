package dev.glovebox.apiserver.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a webhook answered, checked. Source: apiserver's
/// `admission/plugin/webhook/request.VerifyAdmissionResponse`.
///
/// @param status `Status` of a refusal; missing where there is none
/// @param patch JSON patch as it was sent; empty for none
/// @param patchType empty where there is no patch
/// @param warnings what the client is told besides
/// @param annotations what goes into the record
record Reply(
        boolean allowed,
        JsonNode status,
        byte[] patch,
        String patchType,
        List<String> warnings,
        Map<String, String> annotations) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int OK = 200;
    private static final int MULTIPLE_CHOICES = 300;
    private static final String JSON_PATCH = "JSONPatch";

    /// The reply in an answer to a review.
    ///
    /// @throws WebhookFailure when it is none
    static Reply of(HttpsPost.Answer answer, Review review, Purpose purpose) throws WebhookFailure {
        if (answer.code() < OK || answer.code() >= MULTIPLE_CHOICES) {
            throw failed(new ErrorWords(answer).text());
        }
        if (answer.body().length == 0) {
            throw failed(
                    "0-length response with status code: %d and content type: %s"
                            .formatted(answer.code(), answer.contentType()));
        }
        ObjectNode tree = parse(answer.body());
        String kind = tree.path("kind").asText();
        String apiVersion = tree.path("apiVersion").asText();
        boolean other = !kind.isEmpty() && !kind.equals("AdmissionReview");
        if (other || !(apiVersion.isEmpty() || apiVersion.equals(review.apiVersion()))) {
            throw failed(
                    "no kind \"%s\" of version \"%s\" is an answer to %s, Kind=AdmissionReview"
                            .formatted(kind, apiVersion, review.apiVersion()));
        }
        if (!(tree.get("response") instanceof ObjectNode response)) {
            throw invalid("webhook response was absent");
        }
        Reply reply = read(response);
        if (review.version().equals("v1")) {
            checkIdentity(response, kind, apiVersion, review);
            reply.checkPatch(response, purpose);
            return reply;
        }
        // The old version asks for less.
        return reply.patch().length == 0 || purpose == Purpose.VALIDATING
                ? reply.patched(new byte[0], "")
                : reply.patched(reply.patch(), JSON_PATCH);
    }

    private static ObjectNode parse(byte[] body) throws WebhookFailure {
        try {
            if (MAPPER.readTree(body) instanceof ObjectNode tree) {
                return tree;
            }
        } catch (IOException e) {
            throw new WebhookFailure(
                    "failed to call webhook: couldn't get version/kind; json parse error: not JSON",
                    e);
        }
        throw failed("couldn't get version/kind; json parse error: not an object");
    }

    private static void checkIdentity(
            JsonNode response, String kind, String apiVersion, Review review)
            throws WebhookFailure {
        String uid = response.path("uid").asText();
        if (!uid.equals(review.uid())) {
            throw invalid("expected response.uid=\"%s\", got \"%s\"".formatted(review.uid(), uid));
        }
        if (kind.isEmpty() || apiVersion.isEmpty()) {
            throw invalid(
                    "expected webhook response of %s, Kind=AdmissionReview, got %s, Kind=%s"
                            .formatted(
                                    review.apiVersion(),
                                    apiVersion.isEmpty() ? "/" : apiVersion,
                                    kind));
        }
    }

    private void checkPatch(JsonNode response, Purpose purpose) throws WebhookFailure {
        boolean typed = response.hasNonNull("patchType");
        if (purpose == Purpose.VALIDATING) {
            if (patch.length > 0) {
                throw invalid("validating webhook may not return response.patch");
            }
            if (typed) {
                throw invalid("validating webhook may not return response.patchType");
            }
        } else if (patch.length > 0 && !typed) {
            throw invalid("webhook returned response.patch but not response.patchType");
        } else if (patch.length == 0 && typed) {
            throw invalid("webhook returned response.patchType but not response.patch");
        } else if (typed && patchType.isEmpty()) {
            throw invalid("webhook returned invalid response.patchType of \"\"");
        }
    }

    private Reply patched(byte[] with, String type) {
        return new Reply(allowed, status, with, type, warnings, annotations);
    }

    private static Reply read(ObjectNode response) throws WebhookFailure {
        List<String> warnings = new ArrayList<>();
        for (JsonNode warning : response.path("warnings")) {
            warnings.add(text(warning, "warnings"));
        }
        Map<String, String> annotations = new LinkedHashMap<>();
        for (var each : response.path("auditAnnotations").properties()) {
            annotations.put(each.getKey(), text(each.getValue(), "auditAnnotations"));
        }
        JsonNode allowed = response.path("allowed");
        if (!allowed.isBoolean() && !allowed.isMissingNode() && !allowed.isNull()) {
            throw mistyped("allowed", "bool");
        }
        return new Reply(
                allowed.asBoolean(),
                response.path("status"),
                bytes(text(response.path("patch"), "patch")),
                text(response.path("patchType"), "patchType"),
                warnings,
                annotations);
    }

    private static String text(JsonNode value, String field) throws WebhookFailure {
        if (value.isTextual()) {
            return value.textValue();
        }
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        throw mistyped(field, "string");
    }

    private static byte[] bytes(String base64) throws WebhookFailure {
        try {
            return Base64.getDecoder()
                    .decode(base64.replace("\n", "").getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            throw new WebhookFailure("failed to call webhook: illegal base64 data", e);
        }
    }

    private static WebhookFailure mistyped(String field, String type) {
        return failed(
                "json: cannot unmarshal a value into Go struct field AdmissionResponse.response.%s of type %s"
                        .formatted(field, type));
    }

    private static WebhookFailure failed(String words) {
        return new WebhookFailure("failed to call webhook: " + words);
    }

    private static WebhookFailure invalid(String words) {
        return new WebhookFailure("received invalid webhook response: " + words);
    }
}
