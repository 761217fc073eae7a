package dev.glovebox.apiserver.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Trees;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which of its names a definition gets, and whether its kind is served: each name is the first
/// one's in its group who asks for it. Source: apiextensions' `NamingConditionController` and
/// `EstablishingController`.
final class NamesDecision {
    private final JsonNode wanted;
    private final ObjectNode accepted;
    private final Set<String> resources = new HashSet<>();
    private final Set<String> kinds = new HashSet<>();
    private String reason = "";
    private String message = "";

    private NamesDecision(JsonNode wanted, ObjectNode accepted) {
        this.wanted = wanted;
        this.accepted = accepted;
    }

    /// The definition with its status decided; the given one is left alone.
    ///
    /// @param others all definitions, this one may be among them
    static ObjectNode decided(ObjectNode definition, Collection<ObjectNode> others, Instant now) {
        ObjectNode result = definition.deepCopy();
        ObjectNode status = Trees.object(result, "status");
        NamesDecision names =
                new NamesDecision(
                        result.path("spec").path("names"), Trees.object(status, "acceptedNames"));
        others.stream()
                .filter(other -> !sameName(other, definition))
                .filter(other -> sameGroup(other, definition))
                .forEach(other -> names.take(other.path("status").path("acceptedNames")));
        names.decide();
        boolean free = names.reason.isEmpty();
        if (free) {
            Conditions.set(
                    result,
                    new Conditions.Condition(
                            "NamesAccepted", true, "NoConflicts", "no conflicts found"),
                    now);
        } else {
            Conditions.set(
                    result,
                    new Conditions.Condition("NamesAccepted", false, names.reason, names.message),
                    now);
        }
        establish(result, free, now);
        if (Approval.isProtected(result.path("spec").path("group").asText())) {
            Conditions.set(result, Approval.of(result).condition(), now);
        }
        return result;
    }

    /// Once it is served it stays so.
    private static void establish(ObjectNode definition, boolean free, Instant now) {
        if (!Conditions.isTrue(definition, "Established")) {
            Conditions.set(definition, established(definition, free), now);
        }
    }

    private static Conditions.Condition established(JsonNode definition, boolean free) {
        JsonNode config = definition.at("/spec/conversion/webhook/clientConfig");
        if (!free) {
            return new Conditions.Condition(
                    "Established", false, "NotAccepted", "not all names are accepted");
        }
        if (ConversionRules.wrongAuthorities(config).isPresent()) {
            return new Conditions.Condition(
                    "Established",
                    false,
                    "InvalidCABundle",
                    "The conversion webhook CABundle is invalid");
        }
        return new Conditions.Condition(
                "Established",
                true,
                "InitialNamesAccepted",
                "the initial names have been accepted");
    }

    private static boolean sameName(JsonNode left, JsonNode right) {
        return left.at("/metadata/name").equals(right.at("/metadata/name"));
    }

    private static boolean sameGroup(JsonNode left, JsonNode right) {
        return left.at("/spec/group").equals(right.at("/spec/group"));
    }

    private void take(JsonNode names) {
        resources.add(names.path("plural").asText());
        resources.add(names.path("singular").asText());
        names.path("shortNames").forEach(name -> resources.add(name.asText()));
        kinds.add(names.path("kind").asText());
        kinds.add(names.path("listKind").asText());
    }

    private void decide() {
        name("plural", resources, "PluralConflict");
        name("singular", resources, "SingularConflict");
        shortNames();
        name("kind", kinds, "KindConflict");
        name("listKind", kinds, "ListKindConflict");
        copy("categories");
    }

    private void name(String field, Set<String> taken, String conflict) {
        String name = wanted.path(field).asText();
        if (!name.equals(accepted.path(field).asText()) && taken.contains(name)) {
            reason = conflict;
            message = "\"" + name + "\" is already in use";
        } else {
            copy(field);
        }
    }

    private void shortNames() {
        List<String> inUse =
                java.util.stream.StreamSupport.stream(
                                wanted.path("shortNames").spliterator(), false)
                        .map(JsonNode::asText)
                        .filter(name -> !has(accepted.path("shortNames"), name))
                        .filter(resources::contains)
                        .map(name -> "\"" + name + "\" is already in use")
                        .toList();
        if (inUse.isEmpty()) {
            copy("shortNames");
        } else {
            reason = "ShortNamesConflict";
            message = inUse.size() == 1 ? inUse.getFirst() : "[" + String.join(", ", inUse) + "]";
        }
    }

    private static boolean has(JsonNode list, String name) {
        for (JsonNode each : list) {
            if (each.asText().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private void copy(String field) {
        JsonNode value = wanted.get(field);
        if (value == null) {
            accepted.remove(field);
        } else {
            accepted.set(field, value.deepCopy());
        }
    }
}
