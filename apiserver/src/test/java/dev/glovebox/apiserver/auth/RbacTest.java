package dev.glovebox.apiserver.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RbacTest {
    private static final User BOB = new User("bob", List.of("tenants"));

    private static PolicyRule rule(String verbs, String groups, String resources, String names) {
        return new PolicyRule(
                List.of(verbs.split(" ")),
                List.of(groups.split(" ", -1)),
                List.of(resources.split(" ")),
                names.isEmpty() ? List.of() : List.of(names.split(" ")),
                List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "get, '', pods, '', a, true",
        "list, '', pods, '', '', false",
        "get, apps, pods, '', a, false",
        "get, '', pods, log, a, false",
        "get, '', secrets, '', a, false"
    })
    void a_rule_lets_pass_what_it_names_and_nothing_else(
            String verb,
            String group,
            String resource,
            String subresource,
            String name,
            boolean passes) {
        RequestAttributes request =
                new RequestAttributes(BOB, verb, group, resource, subresource, "default", name);
        assertThat(rule("get", "", "pods", "").allows(request)).isEqualTo(passes);
    }

    @Test
    void stars_stand_for_all_and_a_starred_resource_for_its_subresource_of_every_kind() {
        RequestAttributes log =
                new RequestAttributes(BOB, "get", "", "pods", "log", "default", "a");
        assertThat(rule("*", "*", "*", "").allows(log)).isTrue();
        assertThat(rule("get", "", "*/log", "").allows(log)).isTrue();
        assertThat(rule("get", "", "*/status", "").allows(log)).isFalse();
        assertThat(rule("get", "", "pods/log", "b").allows(log)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/healthz, /healthz, true",
        "/healthz, /healthz/etcd, false",
        "/healthz/*, /healthz/etcd, true",
        "*, /anything, true",
        "/api*, /apis/apps, true",
        "/api, /apis, false"
    })
    void a_path_is_named_whole_or_by_its_beginning(String pattern, String path, boolean passes) {
        PolicyRule paths =
                new PolicyRule(List.of("get"), List.of(), List.of(), List.of(), List.of(pattern));
        assertThat(paths.allowsPath("get", path)).isEqualTo(passes);
        assertThat(paths.allowsPath("post", path)).isFalse();
    }

    @Test
    void who_has_less_may_not_grant_more_and_is_told_what() {
        List<PolicyRule> held = List.of(rule("get list", "", "pods", ""));
        assertThat(Rbac.excess(held, List.of(rule("get", "", "pods", "")))).isEmpty();
        assertThat(Rbac.excess(held, List.of(rule("get", "", "pods", "one")))).isEmpty();
        assertThat(Rbac.excess(held, List.of(rule("get delete watch", "", "pods", ""))))
                .contains("{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"delete\" \"watch\"]}");
    }

    @Test
    void one_object_is_less_than_all_of_its_kind() {
        List<PolicyRule> held = List.of(rule("get", "", "secrets", "mine"));
        assertThat(Rbac.excess(held, List.of(rule("get", "", "secrets", "")))).isPresent();
        assertThat(Rbac.excess(held, List.of(rule("get", "", "secrets", "other")))).isPresent();
        assertThat(Rbac.excess(held, List.of(rule("get", "", "secrets", "mine")))).isEmpty();
    }

    @Test
    void a_star_is_more_than_everything_that_can_be_named() {
        List<PolicyRule> held = List.of(rule("get list watch create", "", "pods services", ""));
        assertThat(Rbac.excess(held, List.of(rule("*", "", "pods", "")))).isPresent();
        assertThat(Rbac.excess(held, List.of(rule("get", "*", "pods", "")))).isPresent();
        assertThat(Rbac.excess(held, List.of(rule("get", "", "*", "")))).isPresent();
    }
}
