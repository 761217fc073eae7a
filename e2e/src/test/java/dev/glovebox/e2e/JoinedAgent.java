package dev.glovebox.e2e;

import dev.glovebox.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// `glovebox agent` as a process, with the files that its node joins with.
final class JoinedAgent {
    private final Engine engine;
    private final Kubectl kubectl;
    private final Files files;
    private final String node;
    private final String address;
    private final int port;
    private final String[] more;
    private @Nullable Process process;

    /// What it is given.
    ///
    /// @param certificate that it serves with
    /// @param key of that certificate
    record Files(Path kubeconfig, Path certificate, Path key) {}

    /// @param engine whose directories it has
    /// @param kubectl of the administrator of the API that it joins
    /// @param address of this machine
    /// @param more flags
    JoinedAgent(
            Engine engine,
            Kubectl kubectl,
            Files files,
            String node,
            String address,
            String... more) {
        this.engine = engine;
        this.kubectl = kubectl;
        this.files = files;
        this.node = node;
        this.address = address;
        this.more = more.clone();
        try (var free = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            this.port = free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Lets it read what Kubernetes does not let nodes read, as `docs/agent.md` says.
    void allow() {
        kubectl.run("apply", "-f", Path.of("..", "packaging", "agent-rbac.yaml").toString()).ok();
        kubectl.run(
                        "create",
                        "clusterrolebinding",
                        node,
                        "--clusterrole=glovebox-agent",
                        "--user=system:node:" + node)
                .ok();
    }

    /// Starts it and waits until its node is Ready and its runtimes were seen.
    void start() {
        process =
                command(files.kubeconfig())
                        .startTo(engine.dataDirectory().resolveSibling("agent.log"));
        kubectl.run("wait", "--for=create", "node/" + node, "--timeout=60s").ok();
        kubectl.run("wait", "--for=condition=Ready", "node/" + node, "--timeout=60s").ok();
        Await.until(() -> engine.run("status").text().contains("runsc"));
    }

    /// The command with another kubeconfig.
    Command command(Path kubeconfig) {
        return engine.command("agent", "--yes")
                .and("--kubeconfig", kubeconfig.toString())
                .and("--node-name", node, "--node-ip", address, "--port", "" + port)
                .and("--pod-cidr", engine.network() + "0.0/24", "--default-trust", "trusted")
                .and("--tls-cert-file", files.certificate().toString())
                .and("--tls-private-key-file", files.key().toString())
                .and(more);
    }

    /// Ends it as a service manager does; pods stay.
    void stop() throws InterruptedException {
        var running = process;
        if (running != null) {
            running.destroy();
            if (!running.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError("the agent does not end");
            }
        }
    }

    /// What it answers to somebody who asks for its pods: the code of HTTP.
    String asked(String... words) {
        return Command.of("curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}")
                .and(words)
                .and("https://" + address + ":" + port + "/pods")
                .run()
                .out();
    }

    Engine engine() {
        return engine;
    }

    Kubectl kubectl() {
        return kubectl;
    }

    String node() {
        return node;
    }
}
