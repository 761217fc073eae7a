package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.auth.Authorizer;
import dev.glovebox.apiserver.auth.Decision;
import dev.glovebox.apiserver.auth.PolicyRule;
import dev.glovebox.apiserver.auth.RequestAttributes;
import dev.glovebox.apiserver.auth.TokenAuthenticator;
import dev.glovebox.apiserver.auth.Tokens;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.kinds.Trees;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Objects that are questions: they are answered in their status and never stored. Source:
/// `authentication.k8s.io/v1` and `authorization.k8s.io/v1`.
final class Reviews {
    private final Authorizer authorizer;
    private final TokenAuthenticator tokens;

    Reviews(Authorizer authorizer, TokenAuthenticator tokens) {
        this.authorizer = authorizer;
        this.tokens = tokens;
    }

    /// The question with its answer.
    ///
    /// @param review changed in place
    ObjectNode answer(Route route, ObjectNode review, User asker) {
        Trees.object(review, "metadata");
        ObjectNode spec = Trees.object(review, "spec");
        switch (route.kind().names().plural()) {
            case "tokenreviews" -> token(review, spec);
            case "selfsubjectreviews" ->
                    review.putObject("status").set("userInfo", userInfo(asker));
            case "subjectaccessreviews" -> {
                checkSubject(spec);
                access(review, spec, subject(spec));
            }
            case "localsubjectaccessreviews" -> {
                checkSubject(spec);
                checkNamespace(route, spec);
                access(review, spec, subject(spec));
            }
            case "selfsubjectaccessreviews" -> {
                checkAttributes(spec);
                access(review, spec, asker);
            }
            case "selfsubjectrulesreviews" -> rules(review, spec, asker);
            default -> throw Refusals.methodNotAllowed();
        }
        if (route.kind().group().equals("authentication.k8s.io")
                && route.kind().names().plural().equals("selfsubjectreviews")) {
            review.remove("spec");
        }
        return review;
    }

    private void token(ObjectNode review, ObjectNode spec) {
        String token = spec.path("token").asText();
        if (token.isEmpty()) {
            throw Refusals.badRequest("token is required for TokenReview in authentication");
        }
        List<String> wanted = texts(spec.path("audiences"));
        ObjectNode status = review.putObject("status");
        status.putObject("user");
        tokens.check(token, wanted.isEmpty() ? List.of(Tokens.ISSUER) : wanted)
                .ifPresent(found -> {
                    status.put("authenticated", true);
                    status.set("user", userInfo(found.user()));
                    ArrayNode audiences = status.putArray("audiences");
                    found.audiences().forEach(audiences::add);
                });
    }

    private static ObjectNode userInfo(User user) {
        ObjectNode info = new com.fasterxml.jackson.databind.ObjectMapper().createObjectNode();
        info.put("username", user.name());
        if (!user.uid().isEmpty()) {
            info.put("uid", user.uid());
        }
        user.groups().forEach(Trees.list(info, "groups")::add);
        user.extra()
                .forEach((key, values) ->
                        values.forEach(Trees.list(Trees.object(info, "extra"), key)::add));
        return info;
    }

    private void access(ObjectNode review, ObjectNode spec, User user) {
        Decision decision =
                spec.has("resourceAttributes")
                        ? authorizer.judge(attributes(user, spec.path("resourceAttributes")))
                        : authorizer.judgePath(
                                user,
                                spec.at("/nonResourceAttributes/verb").asText(),
                                spec.at("/nonResourceAttributes/path").asText());
        ObjectNode status = review.putObject("status").put("allowed", decision.allowed());
        if (!decision.reason().isEmpty()) {
            status.put("reason", decision.reason());
        }
    }

    private static RequestAttributes attributes(User user, JsonNode asked) {
        return new RequestAttributes(
                user,
                asked.path("verb").asText(),
                asked.path("group").asText(),
                asked.path("resource").asText(),
                asked.path("subresource").asText(),
                asked.path("namespace").asText(),
                asked.path("name").asText());
    }

    private static User subject(JsonNode spec) {
        Map<String, List<String>> extra = new LinkedHashMap<>();
        spec.path("extra")
                .properties()
                .forEach(each -> extra.put(each.getKey(), texts(each.getValue())));
        return new User(
                spec.path("user").asText(),
                spec.path("uid").asText(),
                texts(spec.path("groups")),
                extra);
    }

    private static void checkSubject(JsonNode spec) {
        FieldErrors errors = new FieldErrors();
        attributes(spec, errors);
        if (spec.path("user").asText().isEmpty() && spec.path("groups").isEmpty()) {
            errors.invalid(
                    Path.of("spec.user"), "", "at least one of user or group must be specified");
        }
        refuse(errors);
    }

    private static void checkAttributes(JsonNode spec) {
        FieldErrors errors = new FieldErrors();
        attributes(spec, errors);
        refuse(errors);
    }

    private static void attributes(JsonNode spec, FieldErrors errors) {
        boolean resource = spec.has("resourceAttributes");
        boolean other = spec.has("nonResourceAttributes");
        if (resource && other) {
            errors.invalid(
                    Path.of("spec.nonResourceAttributes"),
                    spec.path("nonResourceAttributes"),
                    "cannot be specified in combination with resourceAttributes");
        } else if (!resource && !other) {
            errors.labels(
                    Path.of("spec.resourceAttributes"),
                    spec.path("resourceAttributes"),
                    "exactly one of nonResourceAttributes or resourceAttributes must be specified");
        }
    }

    private static void checkNamespace(Route route, JsonNode spec) {
        FieldErrors errors = new FieldErrors();
        String asked = spec.path("resourceAttributes").path("namespace").asText();
        if (!asked.equals(route.namespace())) {
            errors.invalid(
                    Path.of("spec.resourceAttributes.namespace"),
                    asked,
                    "must match metadata.namespace");
        }
        if (spec.has("nonResourceAttributes")) {
            errors.invalid(
                    Path.of("spec.nonResourceAttributes"),
                    spec.path("nonResourceAttributes"),
                    "disallowed on this kind of request");
        }
        refuse(errors);
    }

    /// Kubernetes names no kind here.
    private static void refuse(FieldErrors errors) {
        if (!errors.isEmpty()) {
            throw errors.refusal("authorization.k8s.io", "", "");
        }
    }

    private void rules(ObjectNode review, ObjectNode spec, User asker) {
        String namespace = spec.path("namespace").asText();
        if (namespace.isEmpty()) {
            throw Refusals.badRequest("no namespace on request");
        }
        ObjectNode status = review.putObject("status");
        ArrayNode resources = status.putArray("resourceRules");
        ArrayNode paths = status.putArray("nonResourceRules");
        status.put("incomplete", false);
        for (PolicyRule rule : authorizer.rules(asker, namespace)) {
            ObjectNode told = rule.paths().isEmpty() ? resources.addObject() : paths.addObject();
            list(told, "verbs", rule.verbs());
            list(told, "apiGroups", rule.groups());
            list(told, "resources", rule.resources());
            list(told, "resourceNames", rule.names());
            list(told, "nonResourceURLs", rule.paths());
        }
    }

    private static void list(ObjectNode told, String field, List<String> values) {
        if (!values.isEmpty()) {
            values.forEach(told.putArray(field)::add);
        }
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
