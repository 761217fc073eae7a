package dev.glovebox.apiserver.conversion;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// What a conversion webhook is asked, and how its answer is read. Source: `ConversionReview` of
/// `apiextensions.k8s.io`.
///
/// @param version of the review: `v1` or `v1beta1`
/// @param uid that the answer has to name
/// @param bytes to be sent
record ConversionReview(String version, String uid, byte[] bytes) {
    static final List<String> VERSIONS = List.of("v1", "v1beta1");

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String GROUP = "apiextensions.k8s.io/";
    private static final String KIND = "ConversionReview";

    /// An answer that is none.
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String words) {
            super(words);
        }
    }

    static ConversionReview of(String version, List<ObjectNode> objects, String apiVersion) {
        String uid = UUID.randomUUID().toString();
        ObjectNode review = MAPPER.createObjectNode();
        review.put("kind", KIND).put("apiVersion", GROUP + version);
        ObjectNode request = review.putObject("request");
        request.put("uid", uid).put("desiredAPIVersion", apiVersion);
        request.putArray("objects").addAll(objects);
        // Kubernetes' type has a response in a request as well.
        ObjectNode response = review.putObject("response");
        response.put("uid", "").putNull("convertedObjects");
        response.putObject("result").putObject("metadata");
        return new ConversionReview(version, uid, bytes(review));
    }

    static long size(ObjectNode object) {
        return bytes(object).length;
    }

    private static byte[] bytes(JsonNode tree) {
        try {
            return MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a JSON tree that cannot be written", e);
        }
    }

    /// The converted objects in an answer, not yet looked into.
    ///
    /// @throws Unusable when it is no success, or none of this review
    List<JsonNode> objects(byte[] answer) throws Unusable {
        JsonNode review = parse(answer);
        checkKind(review);
        JsonNode response = review.path("response");
        if (!response.isObject()) {
            throw new Unusable("no response provided");
        }
        if (version.equals("v1")) {
            checkIdentity(review, response);
        }
        JsonNode result = response.path("result");
        String status = result.path("status").asText();
        if (!status.equals("Success")) {
            String message = result.path("message").asText();
            throw new Unusable(
                    message.isEmpty()
                            ? "response.result.status was '%s', not 'Success'".formatted(status)
                            : message);
        }
        List<JsonNode> objects = new ArrayList<>();
        if (response.path("convertedObjects") instanceof ArrayNode list) {
            list.forEach(objects::add);
        }
        return objects;
    }

    private static JsonNode parse(byte[] answer) throws Unusable {
        String words = "couldn't get version/kind; json parse error: ";
        try {
            JsonNode review = MAPPER.readTree(answer);
            if (review.isObject()) {
                return review;
            }
        } catch (IOException e) {
            throw new Unusable(words + "not JSON");
        }
        throw new Unusable(words + "not an object");
    }

    /// What an answer does not say of its kind is taken for granted here.
    private void checkKind(JsonNode review) throws Unusable {
        String kind = review.path("kind").asText(KIND);
        String apiVersion = review.path("apiVersion").asText(GROUP + version);
        boolean ours = VERSIONS.stream().map(GROUP::concat).anyMatch(apiVersion::equals);
        if (!kind.equals(KIND) || !ours) {
            throw new Unusable(
                    "no kind \"%s\" is registered for version \"%s\" in scheme \"pkg/runtime/scheme.go:110\""
                            .formatted(kind, apiVersion));
        }
        if (!apiVersion.equals(GROUP + version)) {
            String other = apiVersion.substring(GROUP.length());
            throw new Unusable(
                    "converting (%s.%s) to (%s.%s): unknown conversion"
                            .formatted(other, KIND, version, KIND));
        }
    }

    private void checkIdentity(JsonNode review, JsonNode response) throws Unusable {
        String kind = review.path("kind").asText();
        String apiVersion = review.path("apiVersion").asText();
        if (kind.isEmpty() || apiVersion.isEmpty()) {
            throw new Unusable(
                    "expected webhook response of %s, Kind=%s, got %s, Kind=%s"
                            .formatted(
                                    GROUP + version,
                                    KIND,
                                    apiVersion.isEmpty() ? "/" : apiVersion,
                                    kind));
        }
        String given = response.path("uid").asText();
        if (!given.equals(uid)) {
            throw new Unusable("expected response.uid=\"%s\", got \"%s\"".formatted(uid, given));
        }
    }
}
