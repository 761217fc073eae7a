package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Server-side apply as both kubectls do it.
@SharedEngine
class ServerSideApplyIT {
    private final Kubectl newest;

    ServerSideApplyIT(Kubectl newest) {
        this.newest = newest;
    }

    static Stream<Path> kubectls() {
        return Stream.of(Kubectl.old(), Kubectl.newest());
    }

    private static String config(String data) {
        return """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: c
        data:
          %s
        """
                .formatted(data);
    }

    private static Ran apply(Kubectl kubectl, String data, String... flags) {
        var words =
                Stream.concat(Stream.of("-n", "sides", "apply", "-f", "-"), Stream.of(flags))
                        .toArray(String[]::new);
        return kubectl.command(words).input(config(data)).run();
    }

    @ParameterizedTest
    @MethodSource("kubectls")
    void fields_have_managers_who_conflict_and_give_way(Path binary) {
        var kubectl = new Kubectl(binary, newest.kubeconfig());
        kubectl.apply(Manifests.namespace("sides", "untrusted")).ok();
        assertThat(apply(kubectl, "a: '1'", "--server-side").ok().out())
                .contains("configmap/c serverside-applied");

        var conflict = apply(kubectl, "a: '2'", "--server-side", "--field-manager=other");
        assertThat(conflict.exit()).isEqualTo(1);
        assertThat(conflict.err()).contains("conflict with \"kubectl\": .data.a");
        apply(kubectl, "a: '2'", "--server-side", "--field-manager=other", "--force-conflicts")
                .ok();
        assertThat(kubectl.get("-n", "sides", "configmap", "c").at("/data/a").asText())
                .isEqualTo("2");
        assertThat(
                        newest.run(
                                        "-n",
                                        "sides",
                                        "get",
                                        "configmap",
                                        "c",
                                        "-o",
                                        "yaml",
                                        "--show-managed-fields")
                                .ok()
                                .out())
                .contains("manager: other", "operation: Apply", "f:a: {}");

        var diff =
                kubectl.command(
                                "-n",
                                "sides",
                                "diff",
                                "--server-side",
                                "--field-manager=other",
                                "-f",
                                "-")
                        .input(config("a: '3'"))
                        .run();
        assertThat(diff.exit()).isEqualTo(1);
        assertThat(diff.out()).contains("-  a: \"2\"", "+  a: \"3\"");
        kubectl.run("delete", "namespace", "sides").ok();
    }

    @ParameterizedTest
    @MethodSource("kubectls")
    void what_was_applied_by_the_client_goes_over_without_conflicts(Path binary) {
        var kubectl = new Kubectl(binary, newest.kubeconfig());
        kubectl.apply(Manifests.namespace("sides", "untrusted")).ok();
        apply(kubectl, "a: '1'").ok();
        apply(kubectl, "b: '1'", "--server-side").ok();

        var data = kubectl.get("-n", "sides", "configmap", "c").at("/data");
        assertThat(data.path("b").asText()).isEqualTo("1");
        apply(kubectl, "b: '2'", "--server-side").ok();
        assertThat(kubectl.get("-n", "sides", "configmap", "c").at("/data/b").asText())
                .isEqualTo("2");
        kubectl.run("delete", "namespace", "sides").ok();
    }
}
