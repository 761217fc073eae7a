package dev.glovebox.apiserver.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.admission.AdmissionRequest;
import dev.glovebox.apiserver.admission.Operation;
import dev.glovebox.apiserver.auth.Authorizer;
import dev.glovebox.apiserver.cel.Access;
import dev.glovebox.apiserver.cel.MatchConditions;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.apiserver.rules.SelectorRules;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds out whether a webhook is asked about a request. Source: apiserver's
/// `admission/plugin/webhook/generic.ShouldCallHook`. Safe for use by any thread.
final class Selector {
    private static final Set<String> OWN_KINDS =
            Set.of("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration");

    private final ObjectLookup objects;
    private final Versions versions;
    private final Authorizer authorizer;

    Selector(ObjectLookup objects, Versions versions, Authorizer authorizer) {
        this.objects = objects;
        this.versions = versions;
        this.authorizer = authorizer;
    }

    /// Whether no webhook is asked: one that keeps its own configuration from being mended could
    /// never be got rid of.
    static boolean isExempt(AdmissionRequest request) {
        return request.kind().group().equals(Webhooks.GROUP)
                && OWN_KINDS.contains(request.kind().names().kind());
    }

    /// What the webhook is asked; empty when it is not.
    ///
    /// @throws ApiException when it cannot be said whether it is
    Optional<Question> question(Webhook webhook, AdmissionRequest request) {
        Webhook.Selection selection = webhook.selection();
        if (!matchesObject(selection.objects(), request)) {
            return Optional.empty();
        }
        Optional<Versions.Version> version = version(selection, request);
        if (version.isEmpty() || !matchesNamespace(selection.namespaces(), request)) {
            return Optional.empty();
        }
        Question question = Question.in(version.get(), request);
        return meets(webhook, question) ? Optional.of(question) : Optional.empty();
    }

    /// The version of the request's resource that a rule names.
    private Optional<Versions.Version> version(
            Webhook.Selection selection, AdmissionRequest request) {
        Versions.Version own = new Versions.Version(request.kind(), request.version());
        if (isNamed(selection.rules(), own, request)) {
            return Optional.of(own);
        }
        if (!selection.equivalent()) {
            return Optional.empty();
        }
        List<Versions.Version> others = versions.others(request);
        for (WebhookRule rule : selection.rules()) {
            for (Versions.Version other : others) {
                if (isNamed(List.of(rule), other, request)) {
                    return Optional.of(other);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isNamed(
            List<WebhookRule> rules, Versions.Version version, AdmissionRequest request) {
        Target target = Target.of(version.kind(), version.version(), request.subresource());
        String namespace = Review.namespace(request);
        return rules.stream()
                .anyMatch(rule -> rule.matches(request.operation(), target, namespace));
    }

    private static boolean matchesObject(JsonNode selector, AdmissionRequest request) {
        return SelectorRules.isEmpty(selector)
                || (request.operation() != Operation.DELETE
                        && SelectorRules.matches(selector, labels(request.object())))
                || request.old()
                        .filter(old -> SelectorRules.matches(selector, labels(old)))
                        .isPresent();
    }

    /// What is in no namespace is never left out, but for namespaces themselves.
    private boolean matchesNamespace(JsonNode selector, AdmissionRequest request) {
        String namespace = Review.namespace(request);
        boolean itself = Target.of(request).isNamespaces();
        if (SelectorRules.isEmpty(selector) || (namespace.isEmpty() && !itself)) {
            return true;
        }
        boolean written =
                itself
                        && request.subresource().isEmpty()
                        && request.operation() != Operation.DELETE;
        return SelectorRules.matches(
                selector,
                written
                        ? labels(request.object())
                        : labels(
                                objects.namespace(namespace)
                                        .orElseThrow(() -> missing(namespace))));
    }

    private static ApiException missing(String namespace) {
        return new ApiException(
                StatusReason.NOT_FOUND,
                "namespaces \"%s\" not found".formatted(namespace),
                new ApiException.Details(namespace, "", "namespaces", List.of()));
    }

    private static JsonNode labels(ObjectNode object) {
        return object.path("metadata").path("labels");
    }

    /// A condition that cannot be evaluated leaves the webhook out where its failures are ignored,
    /// and else refuses the request.
    private boolean meets(Webhook webhook, Question question) {
        MatchConditions conditions = webhook.selection().conditions();
        if (conditions.isEmpty()) {
            return true;
        }
        AdmissionRequest request = question.request();
        Access access = new AuthorizerAccess(authorizer, request.user());
        MatchConditions.Input input =
                new MatchConditions.Input(
                        orMissing(question.object()),
                        orMissing(question.old()),
                        question.tree(),
                        access,
                        new Access.ResourceCheck(
                                access,
                                request.kind().group(),
                                request.kind().names().plural(),
                                request.subresource(),
                                request.namespace(),
                                request.name()));
        return switch (conditions.evaluate(input)) {
            case MatchConditions.Result.Match() -> true;
            case MatchConditions.Result.Excluded() -> false;
            case MatchConditions.Result.Failed(String why) -> {
                if (!webhook.failsOpen()) {
                    throw request.forbidden(why);
                }
                yield false;
            }
        };
    }

    private static JsonNode orMissing(Optional<ObjectNode> object) {
        return object.<JsonNode>map(each -> each).orElseGet(MissingNode::getInstance);
    }
}
