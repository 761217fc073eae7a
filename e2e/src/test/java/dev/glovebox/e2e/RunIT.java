package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `glovebox run` as a user types it.
@SharedEngine
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RunIT {
    private static ServerSocket silent;
    private static CompletableFuture<Ran> unanswered;
    private final Engine engine;
    private final Kubectl kubectl;

    RunIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
    }

    /// The other tests run while nobody answers.
    @BeforeAll
    static void askWhoIsSilent(Engine engine) throws IOException {
        silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var image = "127.0.0.1:" + silent.getLocalPort() + "/no/such:image";
        var run =
                engine.command("run", "--image", image, "--", "true")
                        .within(Duration.ofSeconds(25));
        unanswered = CompletableFuture.supplyAsync(run::run);
    }

    @AfterAll
    static void closeIt() throws IOException {
        silent.close();
    }

    @BeforeEach
    void no_pod_of_another_test_is_left() {
        kubectl.run("-n", "glovebox-run", "delete", "pods", "--all", "--ignore-not-found");
    }

    @Test
    void the_readmes_command_shows_gvisors_kernel_and_not_the_hosts() {
        var ran = engine.run("run", "--", "sh", "-c", "uname -r; dmesg | head -1; id").ok();
        var host = Command.of("uname", "-r").run().ok().text();
        assertThat(ran.lines()).hasSize(3);
        assertThat(ran.lines().get(0)).isNotEqualTo(host).matches("4\\.4\\.0|4\\.19\\.0-gvisor");
        assertThat(ran.lines().get(1)).contains("Starting gVisor");
        assertThat(ran.lines().get(2)).startsWith("uid=0(root)");
    }

    @Test
    void under_runc_the_same_command_shows_the_hosts_kernel() {
        var host = Command.of("uname", "-r").run().ok().text();
        var ran = engine.run("run", "--isolation", "runc", "--", "uname", "-r").ok();
        assertThat(ran.text()).isEqualTo(host);
    }

    @ParameterizedTest
    @CsvSource({"gvisor,0", "gvisor,1", "gvisor,3", "gvisor,255", "runc,0", "runc,3", "runc,255"})
    void it_exits_as_the_container_does(String isolation, int code) {
        var ran = engine.run("run", "--isolation", isolation, "--", "sh", "-c", "exit " + code);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_killed_process_is_128_and_the_signal(String isolation) {
        var ran =
                engine.run(
                        "run",
                        "--isolation",
                        isolation,
                        "--",
                        "sh",
                        "-c",
                        "kill -TERM $$; sleep 1");
        // Process 1 of a container ignores signals that it has no handler for; a child does not.
        var child =
                engine.run(
                        "run",
                        "--isolation",
                        isolation,
                        "--",
                        "sh",
                        "-c",
                        // Not the last command, which the shell would become itself.
                        "sh -c 'kill -KILL $$'; exit $?");
        assertThat(ran.exit()).as(ran.toString()).isIn(0, 143);
        assertThat(child.exit()).as(child.toString()).isEqualTo(137);
    }

    @Test
    void stdout_has_only_what_the_container_wrote() {
        var ran = engine.run("run", "--", "sh", "-c", "echo to-out; echo to-err >&2").ok();
        assertThat(ran.out()).isEqualTo("to-out\n");
        assertThat(ran.err()).contains("to-err");
    }

    @Test
    void a_virtual_machine_that_cannot_be_had_is_125_and_what_is_missing_is_said() {
        var ran = engine.run("run", "--isolation", "kata", "--", "true");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(125);
        assertThat(ran.err()).contains("kata is not ready here: absent: it is not installed");
    }

    @Test
    void standard_input_is_passed_on() {
        var ran =
                engine.command("run", "-i", "--", "wc", "-c")
                        .input("four\n".repeat(20_000))
                        .run()
                        .ok();
        assertThat(ran.text()).isEqualTo("100000");
    }

    @Test
    void environment_is_passed_on() {
        var ran =
                engine.run("run", "--env", "WHO=me and you", "--", "sh", "-c", "echo \"$WHO\"")
                        .ok();
        assertThat(ran.text()).isEqualTo("me and you");
    }

    @Test
    void its_pod_is_removed_unless_kept() {
        engine.run("run", "--name", "gone", "--", "true").ok();
        engine.run("run", "--name", "stays", "--keep", "--", "true").ok();
        assertThat(kubectl.get("-n", "glovebox-run", "pods").findValuesAsText("name"))
                .contains("stays");
        assertThat(kubectl.run("-n", "glovebox-run", "get", "pod", "gone").err())
                .contains("not found");
        assertThat(
                        kubectl.get("-n", "glovebox-run", "pod", "stays")
                                .at("/spec/runtimeClassName")
                                .asText())
                .isEqualTo("gvisor");
    }

    @Test
    void what_is_not_trusted_and_what_is_run_in_namespaces_of_their_own() {
        engine.run("run", "--isolation", "runc", "--name", "mine", "--keep", "--", "true").ok();
        assertThat(
                        kubectl.get("namespace", "glovebox-run-trusted")
                                .at("/metadata/labels")
                                .toString())
                .contains("\"glovebox.dev/trust\":\"trusted\"");
        assertThat(
                        kubectl.get("-n", "glovebox-run-trusted", "pod", "mine")
                                .at("/spec/runtimeClassName")
                                .asText())
                .isEqualTo("runc");
        kubectl.run("-n", "glovebox-run-trusted", "delete", "pod", "mine").ok();
    }

    @Test
    void json_tells_how_it_ended() {
        var ran = engine.run("run", "--json", "--", "sh", "-c", "exit 4");
        assertThat(ran.exit()).isEqualTo(4);
        assertThat(Kubectl.json(ran.out()).toString()).contains("\"exitCode\":4");
    }

    @Test
    void a_timeout_is_124() {
        var ran = engine.run("run", "--timeout", "3s", "--", "sleep", "100");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(124);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void more_memory_than_allowed_is_137_and_is_said(String isolation) {
        var ran =
                engine.run(
                        "run",
                        "--isolation",
                        isolation,
                        "--memory",
                        "64Mi",
                        "--",
                        "sh",
                        "-c",
                        Hog.MEMORY);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(137);
        assertThat(ran.err()).containsIgnoringCase("memory");
        var enough =
                engine.run(
                        "run",
                        "--isolation",
                        isolation,
                        "--memory",
                        "512Mi",
                        "--",
                        "sh",
                        "-c",
                        Hog.MEMORY);
        assertThat(enough.exit()).as(enough.toString()).isEqualTo(0);
    }

    @Test
    void an_image_that_cannot_be_pulled_is_125() {
        var ran = engine.run("run", "--image", "127.0.0.1:1/no/such:image", "--", "true");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(125);
        BadInputIT.assertOneClearLine(ran);
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void a_registry_that_never_answers_is_given_up_with_125() {
        var ran = unanswered.join();
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(125);
        BadInputIT.assertOneClearLine(ran);
    }
}
