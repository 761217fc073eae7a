package dev.glovebox.apiserver.crds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/// Whether somebody who may has approved that a definition adds to a group of Kubernetes' own.
/// Source: apiextensions' `apihelpers.GetAPIApprovalState`.
///
/// @param state what the annotation says
/// @param reason in words
record Approval(State state, String reason) {
    static final String ANNOTATION = "api-approved.kubernetes.io";
    private static final String SEE = ", see https://github.com/kubernetes/enhancements/pull/1111";

    /// What the annotation says, and what a condition calls it.
    enum State {
        INVALID("InvalidAnnotation"),
        APPROVED("ApprovedAnnotation"),
        BYPASSED("UnapprovedAnnotation"),
        MISSING("MissingAnnotation");

        private final String reason;

        State(String reason) {
            this.reason = reason;
        }
    }

    static Approval of(JsonNode definition) {
        String text = definition.path("metadata").path("annotations").path(ANNOTATION).asText();
        String needed = "protected groups must have approval annotation \"" + ANNOTATION + "\"";
        if (text.isEmpty()) {
            return new Approval(State.MISSING, needed + SEE);
        }
        if (text.startsWith("unapproved")) {
            return new Approval(State.BYPASSED, "not approved: \"" + text + "\"");
        }
        if (isUrl(text)) {
            return new Approval(State.APPROVED, "approved in " + text);
        }
        return new Approval(
                State.INVALID,
                needed + " with either a URL or a reason starting with \"unapproved\"" + SEE);
    }

    private static boolean isUrl(String text) {
        try {
            URI uri = new URI(text);
            return uri.getScheme() != null && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    static boolean isProtected(String group) {
        return group.equals("k8s.io")
                || group.endsWith(".k8s.io")
                || group.equals("kubernetes.io")
                || group.endsWith(".kubernetes.io");
    }

    /// Notes a missing or malformed approval, unless it was as it is before.
    static void check(JsonNode definition, Optional<JsonNode> old, FieldErrors errors) {
        if (!isProtected(definition.path("spec").path("group").asText())) {
            return;
        }
        Approval now = of(definition);
        if (old.isPresent() && of(old.get()).state() == now.state()) {
            return;
        }
        Path path = Path.of("metadata.annotations").key(ANNOTATION);
        switch (now.state()) {
            case MISSING -> errors.required(path, now.reason());
            case INVALID ->
                    errors.invalid(
                            path,
                            definition.at("/metadata/annotations").path(ANNOTATION),
                            now.reason());
            case APPROVED, BYPASSED -> {}
        }
    }

    Conditions.Condition condition() {
        return new Conditions.Condition(
                "KubernetesAPIApprovalPolicyConformant",
                state == State.APPROVED,
                state.reason,
                reason);
    }
}
