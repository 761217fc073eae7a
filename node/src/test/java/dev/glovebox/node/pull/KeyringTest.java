package dev.glovebox.node.pull;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each answer about keys is that of Kubernetes 1.34.4's own keyring, run with the same.
class KeyringTest {
    @ParameterizedTest
    @CsvSource({
        "registry.test, registry.test/a/b, true",
        "registry.test, other.test/a/b, false",
        "registry.test, registry.test:5000/a, false",
        "registry.test:5000, registry.test:5000/a, true",
        "registry.test:5000, registry.test/a, false",
        "registry.test/a, registry.test/a/b, true",
        "registry.test/a, registry.test/ab, true",
        "registry.test/a, registry.test/b, false",
        "registry.test/a/b/c, registry.test/a/b, false",
        "https://registry.test, registry.test/a, true",
        "http://registry.test/, registry.test/a, true",
        "https://registry.test/v1/, registry.test/a, true",
        "https://registry.test/v2/team, registry.test/team/a, true",
        "https://registry.test/v2/team, registry.test/other/a, false",
        "https://user@registry.test/?q#f, registry.test/a, true",
        "*.registry.test, a.registry.test/b, true",
        "*.registry.test, a.b.registry.test/c, false",
        "*.registry.test, registry.test/c, false",
        "*.*.test, a.registry.test/b, true",
        "a*c.test, abbc.test/x, true",
        "a*c.test, abbd.test/x, false",
        "reg?stry.test, registry.test/a, false",
        "reg[a-j]stry.test, registry.test/a, false",
        "registry.tes[t]:5000, registry.test:5000/a, false",
        "[r]egistry.test:5000, registry.test:5000/a, false",
        "reg[istry.test, registry.test/a, false",
        "[:5000, x/a, false",
        "a b.test, a b.test/x, false",
        "registry.*, registry.test/a, true",
        "**.test, a.test/x, true",
        "*.io, docker.io/a/b, true",
        "*, docker.io/a, false",
        "REGISTRY.test, registry.test/a, false",
        "HTTPS://registry.test, registry.test/a, false",
        "registry.test:, registry.test/a, true",
        "registry.test:5000x, registry.test:5000/a, false",
        "registry.test/a/, registry.test/a, false",
        "registry.test/a/, registry.test/a/b, true",
        "registry.test//a, registry.test/a, false",
        "https://registry.test/v1, registry.test/a, false",
        "https://registry.test/v1, registry.test/v1/a, true",
        "*, localhost/a, true",
        "*.test:*, registry.test:5000/a, false",
        "registry.test/*, registry.test/a, false",
        "127.0.0.1:5000, 127.0.0.1:5000/a, true",
        "[::1]:5000, [::1]:5000/a, true",
        "[::1]:5000, [::2]:5000/a, false",
        "docker.io, docker.io/library/busybox, true",
        "docker.io/library, docker.io/library/busybox, true",
        "https://index.docker.io/v1/, docker.io/library/busybox, true",
        "index.docker.io, docker.io/team/a, true",
        "https://index.docker.io/v1/, registry.test/a, false",
        "registry-1.docker.io, docker.io/team/a, false",
        "'', registry.test/a, false"
    })
    void a_key_is_for_the_repositories_that_it_names(String key, String repository, boolean is) {
        assertThat(users(ring(key), repository)).isEqualTo(is ? List.of(key) : List.of());
    }

    @Test
    void the_longer_path_is_tried_first_and_every_key_that_matches() {
        assertThat(
                        users(
                                ring(
                                        "registry.test",
                                        "registry.test/a/b",
                                        "*.test",
                                        "registry.test/a",
                                        "registry.test/c"),
                                "registry.test/a/b"))
                .containsExactly("registry.test/a/b", "registry.test/a", "registry.test", "*.test");
    }

    @Test
    void docker_hubs_old_name_is_for_where_nothing_else_is() {
        assertThat(users(ring("https://index.docker.io/v1/", "docker.io"), "docker.io/team/a"))
                .containsExactly("docker.io");
    }

    @Test
    void under_one_key_the_secrets_are_tried_in_their_order() {
        var ring = new Keyring();
        for (String name : List.of("z", "a", "m")) {
            assertThat(ring.add(Secrets.login(name, "registry.test", name, "p"))).isTrue();
        }
        assertThat(users(ring, "registry.test/a")).containsExactly("z", "a", "m");
        assertThat(ring.credentials("registry.test/a").getFirst().source())
                .isEqualTo(new SecretCredential.Source("team", "z", "uid-z"));
    }

    @Test
    void a_broken_secret_adds_nothing() {
        var ring = new Keyring();
        assertThat(
                        ring.add(
                                Secrets.config(
                                        "s",
                                        "{\"auths\":{\"registry.test\":{\"username\":\"u\"},\"b\":1}}")))
                .isFalse();
        assertThat(ring.credentials("registry.test/a")).isEmpty();
    }

    @Test
    void no_secret_makes_for_more_attempts_than_some() {
        var keys =
                IntStream.range(1, 500)
                        .mapToObj("*"::repeat)
                        .map("\"%s.test\":{\"username\":\"u\"}"::formatted)
                        .collect(Collectors.joining(","));
        var ring = new Keyring();
        assertThat(ring.add(Secrets.config("s", "{\"auths\":{" + keys + "}}"))).isTrue();
        assertThat(ring.credentials("registry.test/a")).hasSize(Keyring.MOST);
    }

    private static Keyring ring(String... keys) {
        var ring = new Keyring();
        for (String key : keys) {
            ring.add(Secrets.login("s", key, key, "p"));
        }
        return ring;
    }

    private static List<String> users(Keyring ring, String repository) {
        return ring.credentials(repository).stream()
                .map(each -> each.credential().username())
                .toList();
    }
}
