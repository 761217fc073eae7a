package dev.glovebox.apiserver.webhooks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.admission.AdmissionRequest;
import dev.glovebox.apiserver.auth.User;
import java.util.TreeMap;
import java.util.UUID;

/// What a webhook is asked: an `AdmissionReview`.
///
/// @param version of `admission.k8s.io`
/// @param uid by which the answer is told to be the answer
/// @param request `AdmissionRequest`, without the uid
record Review(String version, String uid, ObjectNode request) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String GROUP = "admission.k8s.io/";

    /// A question about a request.
    ///
    /// @throws WebhookFailure when the webhook speaks no version that we do
    static Review of(Webhook webhook, ObjectNode request) throws WebhookFailure {
        if (webhook.review().isEmpty()) {
            throw new WebhookFailure(
                    "could not create admission objects: webhook does not accept known"
                            + " AdmissionReview versions (v1, v1beta1)");
        }
        return new Review(webhook.review(), UUID.randomUUID().toString(), request);
    }

    String apiVersion() {
        return GROUP + version;
    }

    byte[] bytes() throws WebhookFailure {
        ObjectNode asked = JsonNodeFactory.instance.objectNode().put("uid", uid);
        asked.setAll(request);
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.put("kind", "AdmissionReview").put("apiVersion", apiVersion()).set("request", asked);
        try {
            return MAPPER.writeValueAsBytes(review);
        } catch (JsonProcessingException e) {
            throw new WebhookFailure("could not create admission objects: " + e.getMessage(), e);
        }
    }

    /// `AdmissionRequest` of `admission.k8s.io`, without the uid and the objects.
    ///
    /// @param target the version of the resource that the webhook asked for
    /// @param form kind and version of the objects that it gets
    static ObjectNode request(AdmissionRequest request, Target target, Form form) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.set("kind", form.tree());
        tree.set("resource", target.tree());
        put(tree, "subResource", target.subresource());
        tree.set("requestKind", Form.of(request).tree());
        tree.set("requestResource", Target.of(request).tree());
        put(tree, "requestSubResource", request.subresource());
        put(tree, "name", request.name());
        put(tree, "namespace", namespace(request));
        tree.put("operation", request.operation().name());
        tree.set("userInfo", user(request.user()));
        tree.putNull("object").putNull("oldObject").put("dryRun", request.dryRun());
        tree.set(
                "options", request.options().<JsonNode>map(each -> each).orElse(NullNode.instance));
        return tree;
    }

    /// A namespace counts as in itself.
    static String namespace(AdmissionRequest request) {
        return Target.of(request).isNamespaces() ? request.name() : request.namespace();
    }

    private static ObjectNode user(User user) {
        ObjectNode info = JsonNodeFactory.instance.objectNode();
        put(info, "username", user.name());
        put(info, "uid", user.uid());
        if (!user.groups().isEmpty()) {
            user.groups().forEach(info.putArray("groups")::add);
        }
        if (!user.extra().isEmpty()) {
            ObjectNode extra = info.putObject("extra");
            new TreeMap<>(user.extra())
                    .forEach((key, values) -> values.forEach(extra.putArray(key)::add));
        }
        return info;
    }

    private static void put(ObjectNode tree, String field, String value) {
        if (!value.isEmpty()) {
            tree.put(field, value);
        }
    }
}
