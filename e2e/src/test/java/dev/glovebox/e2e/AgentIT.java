package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// `glovebox agent`: the node agent as a process of its own, a client of an API over HTTPS, which
/// reaches it over TLS. The API here is ours; `RealClusterIT` has the real one.
@RunsPods
class AgentIT extends AgentCases {
    private static final Engine API = Engine.in(216);
    private static final String NODE = "joined";

    private static Path credentials;
    private static JoinedAgent agent;

    @BeforeAll
    static void join() {
        API.upCommand("--no-node", "--default-trust", "trusted").run().ok();
        API.kubectl().apply(Manifests.runtimeClass("runc", "runc")).ok();
        var kubeconfig = Path.of(API.run("kubeconfig", "--node", NODE).ok().text());
        credentials = kubeconfig.resolve("..").normalize();
        agent =
                new JoinedAgent(
                        Engine.in(217),
                        API.kubectl(),
                        new JoinedAgent.Files(
                                kubeconfig,
                                credentials.resolve("kubelet.crt"),
                                credentials.resolve("kubelet.key")),
                        NODE,
                        "127.0.0.1");
        agent.allow();
        agent.start();
    }

    @AfterAll
    static void leave() throws InterruptedException {
        try {
            agent.stop();
            agent.engine().purge().ok();
            assertThat(agent.engine().machineState().toString())
                    .doesNotContain(agent.engine().mark());
        } finally {
            API.purge().ok();
        }
    }

    @Override
    JoinedAgent agent() {
        return agent;
    }

    @Override
    String[] administrator() {
        var pki = API.dataDirectory().resolve("pki");
        return new String[] {
            "--cert", pki.resolve("admin.crt").toString(),
            "--key", pki.resolve("admin.key").toString()
        };
    }

    /// An API that is not there, and a file that names none.
    @Test
    @Order(5)
    void an_api_that_cannot_be_asked_is_named() throws Exception {
        agent.stop();
        var text = Files.readString(credentials.resolve("kubeconfig"));
        var wrong = credentials.resolve("wrong");
        Files.writeString(wrong, text.replaceAll("(server: https://[^:]*):\\d+", "$1:1"));
        var ran = agent.command(wrong).run();
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).startsWith("glovebox: ").contains("GET /api/v1/nodes/" + NODE);
        Files.writeString(wrong, "kind: Config");
        assertThat(agent.command(wrong).run().err()).contains("has no current context");
        assertThat(agent.engine().run("up", "--yes").err()).contains("is an agent's");
    }
}
