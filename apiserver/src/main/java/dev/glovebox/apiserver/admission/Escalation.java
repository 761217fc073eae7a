package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.auth.Authorizer;
import dev.glovebox.apiserver.auth.Grants;
import dev.glovebox.apiserver.auth.PolicyRule;
import dev.glovebox.apiserver.auth.Rbac;
import dev.glovebox.apiserver.auth.RequestAttributes;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Nobody grants what they do not have, unless they may `escalate` roles or `bind` them. Source:
/// Kubernetes' `rbac/policybased` storage.
final class Escalation implements Admission {
    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final List<PolicyRule> EVERYTHING =
            List.of(
                    new PolicyRule(List.of("*"), List.of("*"), List.of("*"), List.of(), List.of()),
                    new PolicyRule(List.of("*"), List.of(), List.of(), List.of(), List.of("*")));

    private final Authorizer authorizer;
    private final Supplier<Grants> grants;

    Escalation(Authorizer authorizer, Supplier<Grants> grants) {
        this.authorizer = authorizer;
        this.grants = grants;
    }

    @Override
    public void admit(AdmissionRequest request) {
        boolean writes = request.operation() != Operation.DELETE;
        if (!writes || !request.kind().group().equals(GROUP)) {
            return;
        }
        switch (request.kind().names().plural()) {
            case "roles", "clusterroles" -> role(request);
            default -> binding(request);
        }
    }

    private void role(AdmissionRequest request) {
        if (isSame(request, "rules", "aggregationRule")
                || may(request, "escalate", request.kind().names().plural(), request.name())) {
            return;
        }
        List<PolicyRule> granted =
                request.object().has("aggregationRule")
                        ? EVERYTHING
                        : PolicyRule.all(request.object().path("rules"));
        refuseExcess(request, granted);
    }

    private void binding(AdmissionRequest request) {
        JsonNode role = request.object().path("roleRef");
        String plural = role.path("kind").asText().equals("Role") ? "roles" : "clusterroles";
        if (isSame(request, "roleRef", "subjects")
                || may(request, "bind", plural, role.path("name").asText())) {
            return;
        }
        List<PolicyRule> granted =
                grants.get()
                        .role(role, request.namespace())
                        .orElseThrow(() -> missing(request, role.path("name").asText()));
        refuseExcess(request, granted);
    }

    private static boolean isSame(AdmissionRequest request, String... fields) {
        Optional<ObjectNode> old = request.old();
        for (String field : fields) {
            if (old.isEmpty() || !old.get().path(field).equals(request.object().path(field))) {
                return false;
            }
        }
        return true;
    }

    private boolean may(AdmissionRequest request, String verb, String plural, String name) {
        return authorizer.allows(
                new RequestAttributes(
                        request.user(), verb, GROUP, plural, "", request.namespace(), name));
    }

    private void refuseExcess(AdmissionRequest request, List<PolicyRule> granted) {
        User user = request.user();
        Rbac.excess(authorizer.rules(user, request.namespace()), granted)
                .ifPresent(excess -> {
                    String groups =
                            user.groups().stream()
                                    .map(group -> "\"" + group + "\"")
                                    .collect(Collectors.joining(" ", "[", "]"));
                    throw request.forbidden(
                            "user \"%s\" (groups=%s) is attempting to grant RBAC permissions not currently held:\n%s"
                                    .formatted(user.name(), groups, excess));
                });
    }

    private static ApiException missing(AdmissionRequest request, String role) {
        return new ApiException(
                StatusReason.NOT_FOUND,
                "%s \"%s\" not found".formatted(request.kind().resource(), role),
                new ApiException.Details(role, GROUP, request.kind().names().plural(), List.of()));
    }
}
