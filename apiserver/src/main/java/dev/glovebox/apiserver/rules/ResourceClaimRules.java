package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Rules about the ResourceClaims of pods and which of them containers use (dynamic resource
/// allocation). A container's claims are among its pod's, so that whoever looks at the pod's knows
/// them all.
final class ResourceClaimRules {
    private static final String NAME = "resourceClaimName";
    private static final String TEMPLATE = "resourceClaimTemplateName";

    private ResourceClaimRules() {}

    static void check(JsonNode spec, Path at, FieldErrors errors) {
        Set<String> names = new TreeSet<>();
        JsonNode claims = spec.path("resourceClaims");
        for (int i = 0; i < claims.size(); i++) {
            claim(claims.get(i), at.field("resourceClaims").index(i), names, errors);
        }
        used(
                spec.path("resources").path("claims"),
                at.field("resources").field("claims"),
                names,
                errors);
        for (String list : List.of("containers", "initContainers")) {
            JsonNode containers = spec.path(list);
            for (int i = 0; i < containers.size(); i++) {
                used(
                        containers.get(i).path("resources").path("claims"),
                        at.field(list).index(i).field("resources").field("claims"),
                        names,
                        errors);
            }
        }
    }

    private static void claim(JsonNode claim, Path at, Set<String> names, FieldErrors errors) {
        String name = claim.path("name").asText();
        if (name.isEmpty()) {
            errors.required(at.field("name"), "");
        } else if (!names.add(name)) {
            errors.duplicate(at.field("name"), name);
        } else {
            errors.invalid(at.field("name"), name, Words.label(name));
        }
        if (claim.has(NAME) == claim.has(TEMPLATE)) {
            errors.invalid(
                    at,
                    whole(claim),
                    claim.has(NAME)
                            ? "at most one of `resourceClaimName` or `resourceClaimTemplateName`"
                                    + " may be specified"
                            : "must specify one of: `resourceClaimName`,"
                                    + " `resourceClaimTemplateName`");
        }
        for (String field : List.of(NAME, TEMPLATE)) {
            if (claim.has(field)) {
                String other = claim.path(field).asText();
                errors.invalid(at.field(field), other, Words.subdomain(other));
            }
        }
    }

    /// With all fields that there are, as Kubernetes tells it.
    private static JsonNode whole(JsonNode claim) {
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        whole.put("name", claim.path("name").asText());
        for (String field : List.of(NAME, TEMPLATE)) {
            whole.set(field, claim.has(field) ? claim.path(field) : whole.nullNode());
        }
        return whole;
    }

    private static void used(JsonNode claims, Path at, Set<String> names, FieldErrors errors) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < claims.size(); i++) {
            String name = claims.get(i).path("name").asText();
            if (name.isEmpty()) {
                errors.required(at.index(i), "");
                continue;
            }
            once(claims.get(i), name, at.index(i), seen, errors);
            if (!names.contains(name)) {
                errors.notFound(
                        at.index(i),
                        name,
                        "must be one of the names in pod.spec.resourceClaims"
                                + (names.isEmpty()
                                        ? " which is empty"
                                        : ": " + String.join(", ", names)));
            }
        }
    }

    /// A claim is used as a whole, or request by request.
    private static void once(
            JsonNode claim, String name, Path at, Set<String> seen, FieldErrors errors) {
        if (seen.contains(name)) {
            errors.duplicate(at, name);
            return;
        }
        String request = claim.path("request").asText();
        if (request.isEmpty()) {
            seen.stream()
                    .filter(other -> other.startsWith(name + "/"))
                    .forEach(_ -> errors.duplicate(at, name));
            seen.add(name);
            return;
        }
        errors.invalid(at.field("request"), request, Words.label(request));
        if (!seen.add(name + "/" + request)) {
            errors.duplicate(at, name + "/" + request);
        }
    }
}
