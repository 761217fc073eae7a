package dev.glovebox.apiserver.auth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Authorisation by roles, and by the group of those who may do everything.
public final class Rbac implements Authorizer {
    private final Supplier<Grants> grants;

    /// Judges by what is granted at the time of each request.
    ///
    /// @param grants what is granted now; asked at every request
    public Rbac(Supplier<Grants> grants) {
        this.grants = grants;
    }

    @Override
    public Decision judge(RequestAttributes request) {
        return isMaster(request.user())
                ? Decision.ALLOWED
                : grants.get()
                        .judge(request.user(), request.namespace(), rule -> rule.allows(request));
    }

    @Override
    public Decision judgePath(User user, String verb, String path) {
        return isMaster(user)
                ? Decision.ALLOWED
                : grants.get().judge(user, "", rule -> rule.allowsPath(verb, path));
    }

    @Override
    public List<PolicyRule> rules(User user, String namespace) {
        return isMaster(user)
                ? List.of(
                        new PolicyRule(
                                List.of("*"), List.of("*"), List.of("*"), List.of(), List.of()),
                        new PolicyRule(List.of("*"), List.of(), List.of(), List.of(), List.of("*")))
                : grants.get().rules(user, namespace);
    }

    private static boolean isMaster(User user) {
        return user.groups().contains(User.MASTERS);
    }

    /// What a user would grant without having it; empty where they have it all.
    ///
    /// @return words for a refusal
    public static Optional<String> excess(List<PolicyRule> held, List<PolicyRule> granted) {
        Map<List<List<String>>, List<String>> missing = new LinkedHashMap<>();
        for (PolicyRule rule : granted) {
            for (PolicyRule single : rule.singles()) {
                if (held.stream().noneMatch(each -> each.covers(single))) {
                    missing.computeIfAbsent(
                                    List.of(
                                            single.groups(),
                                            single.resources(),
                                            single.names(),
                                            single.paths()),
                                    any -> new ArrayList<>())
                            .addAll(single.verbs());
                }
            }
        }
        List<String> texts = new ArrayList<>();
        missing.forEach((what, verbs) ->
                texts.add(
                        new PolicyRule(verbs, what.get(0), what.get(1), what.get(2), what.get(3))
                                .text()));
        return texts.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join("\n", texts.stream().sorted().distinct().toList()));
    }
}
