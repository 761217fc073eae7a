package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Logs of containers that ran before, and of those that say very much, under both kinds of kernel.
@SharedEngine
class LogFilesIT {
    private static final String NAMESPACE = "logfiles";
    private final Engine engine;
    private final PodLab pods;

    LogFilesIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.pods = new PodLab(kubectl, NAMESPACE);
    }

    @BeforeAll
    static void makePods(Engine engine, Kubectl kubectl) {
        var all = new StringBuilder();
        for (var runtime : List.of("gvisor", "runc")) {
            all.append(
                            pod(
                                    "again-" + runtime,
                                    runtime,
                                    engine.busybox(),
                                    "if mkdir /disk/been 2>/dev/null; then echo first life; exit 1; fi; echo second life; sleep 1000"))
                    .append(
                            pod(
                                    "talker-" + runtime,
                                    runtime,
                                    engine.busybox(),
                                    "yes 0123456789012345678901234567890123456789 | head -c 8000000; while sleep 1; do echo anew; done"));
        }
        new PodLab(kubectl, NAMESPACE).make(all.toString());
    }

    @AfterAll
    static void remove(Kubectl kubectl) {
        new PodLab(kubectl, NAMESPACE).remove();
    }

    private static String pod(String name, String runtime, String image, String script) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
          runtimeClassName: %s
          terminationGracePeriodSeconds: 1
          volumes: [{name: disk, emptyDir: {}}]
          containers:
          - {name: main, image: %s, command: [sh, -c, "%s"], volumeMounts: [{name: disk, mountPath: /disk}]}
        """
                .formatted(name, runtime, image, script);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void what_the_container_before_said_can_still_be_read(String runtime) {
        var name = "again-" + runtime;
        pods.await(name, "/status/containerStatuses/0/restartCount", "1");
        pods.awaitReady(name);
        assertThat(pods.run("logs", name, "--previous").text()).isEqualTo("first life");
        Await.until(() -> pods.run("logs", name).text().equals("second life"));
        assertThat(pods.pod(name).at("/status/observedGeneration").asLong()).isEqualTo(1);
    }

    /// A line of 40 characters is one of 84 bytes in the log, with its time and stream.
    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_log_that_grew_too_large_is_begun_anew_and_can_be_read(String runtime) {
        var name = "talker-" + runtime;
        pods.awaitReady(name);
        Await.until(() -> files(name) == 2);
        Await.until(() -> pods.run("logs", name, "--tail=1").text().equals("anew"));
    }

    private long files(String name) {
        var uid = pods.pod(name).at("/metadata/uid").asText();
        return Command.of(
                        "find",
                        engine.dataDirectory().toString(),
                        "-path",
                        "*" + name + "_" + uid + "/main/*")
                .run()
                .ok()
                .text()
                .lines()
                .count();
    }
}
