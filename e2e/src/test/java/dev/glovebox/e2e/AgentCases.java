package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an agent does, whoever serves the API.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class AgentCases {
    /// The agent, started; the RuntimeClasses `gvisor` and `runc` are there.
    abstract JoinedAgent agent();

    /// Certificate and key of the administrator, as curl takes them.
    abstract String[] administrator();

    private Kubectl kubectl() {
        return agent().kubectl();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    @Order(1)
    void its_pods_run_and_their_streams_go_over_tls(String runtime) throws Exception {
        var pod = "pod-" + runtime;
        var script = "uname -r; mkdir /www; echo here > /www/index.html; httpd -f -h /www -p 8080";
        var image = agent().engine().busybox();
        kubectl().apply(Manifests.pod(pod, image, script, "runtimeClassName: " + runtime)).ok();
        kubectl().run("wait", "--for=condition=Ready", "pod/" + pod, "--timeout=60s").ok();

        assertThat(kubectl().get("pod", pod).at("/spec/nodeName").asText())
                .isEqualTo(agent().node());
        var kernel = Command.of("uname", "-r").run().ok().text();
        Await.until(() -> !kubectl().run("logs", pod).text().isEmpty());
        assertThat(kubectl().run("logs", pod).ok().text().equals(kernel))
                .isEqualTo(runtime.equals("runc"));
        assertThat(kubectl().run("exec", pod, "--", "cat", "/www/index.html").ok().text())
                .isEqualTo("here");
        var forward = kubectl().command("port-forward", "pod/" + pod, ":8080").start();
        try (var told = forward.inputReader()) {
            var local = told.readLine().replaceAll(".*127.0.0.1:(\\d+) ->.*", "$1");
            var page = Command.of("curl", "-s", "--max-time", "5", "http://127.0.0.1:" + local);
            assertThat(page.run().ok().text()).isEqualTo("here");
        } finally {
            forward.destroy();
            forward.waitFor();
        }
    }

    /// Who is nobody, who may not, and who may.
    @Test
    @Order(2)
    void the_api_server_says_who_may_ask_the_node() {
        assertThat(agent().asked()).isEqualTo("401");
        assertThat(agent().asked("-H", "Authorization: Bearer nonsense")).isEqualTo("401");
        assertThat(agent().asked(administrator())).isEqualTo("200");
        var account = kubectl().run("create", "token", "default").ok().text();
        assertThat(agent().asked("-H", "Authorization: Bearer " + account)).isEqualTo("403");
        var name = "--serviceaccount=default:default";
        kubectl().run("create", "clusterrole", "asks", "--verb=get", "--resource=nodes/proxy").ok();
        kubectl().run("create", "clusterrolebinding", "asks", "--clusterrole=asks", name).ok();
        Await.until(() -> agent().asked("-H", "Authorization: Bearer " + account).equals("200"));
        kubectl().run("delete", "clusterrolebinding", "asks").ok();
        Await.until(() -> agent().asked("-H", "Authorization: Bearer " + account).equals("403"));
    }

    @Test
    @Order(3)
    void a_new_agent_adopts_what_runs() throws Exception {
        var before = running("pod-gvisor");
        agent().stop();
        agent().start();
        assertThat(kubectl().run("exec", "pod-gvisor", "--", "echo", "there").ok().text())
                .isEqualTo("there");
        assertThat(running("pod-gvisor")).isEqualTo(before);
    }

    /// Which container it is, and how often there was another.
    private String running(String pod) {
        var status = kubectl().get("pod", pod).at("/status/containerStatuses/0");
        return status.path("containerID").asText() + " " + status.path("restartCount").asInt();
    }

    @Test
    @Order(4)
    void a_deleted_pod_goes() {
        kubectl().run("delete", "pod", "pod-gvisor", "pod-runc", "--timeout=60s").ok();
    }
}
