package dev.glovebox.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// One process of an engine, from its start until it is killed.
record Life(Process process, ApiClient api) implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Starts the engine without a node and waits until its API is ready.
    static Life start(Engine engine) throws IOException, InterruptedException {
        Files.deleteIfExists(engine.dataDirectory().resolve("admin.kubeconfig"));
        return ready(
                engine,
                engine.command("serve", "--no-node", "--listen", "127.0.0.1:0")
                        .and("--default-trust", "trusted")
                        .start());
    }

    /// The same with its node, which may not be ready yet.
    ///
    /// @param log a file to whose end goes what it writes
    static Life startWithNode(Engine engine, Path log) throws IOException, InterruptedException {
        Files.deleteIfExists(engine.dataDirectory().resolve("admin.kubeconfig"));
        return ready(
                engine,
                engine.command("serve", "--node-name", engine.node(), "--listen", "127.0.0.1:0")
                        .and("--pod-cidr", engine.network() + "0.0/16")
                        .startTo(log));
    }

    private static Life ready(Engine engine, Process process)
            throws IOException, InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            var kubeconfig = engine.dataDirectory().resolve("admin.kubeconfig");
            if (Files.exists(kubeconfig)) {
                var api = ApiClient.of(kubeconfig);
                if (ready(api)) {
                    return new Life(process, api);
                }
                api.close();
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        process.destroyForcibly();
        throw new AssertionError(
                "no engine: " + new String(process.getErrorStream().readAllBytes(), UTF_8));
    }

    private static boolean ready(ApiClient api) throws InterruptedException {
        try {
            return api.code("/readyz") == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /// Kills it and waits until it is gone.
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        api.close();
    }
}
