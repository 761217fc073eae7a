package dev.glovebox.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.cri.AttachRequest;
import dev.glovebox.cri.ExecRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The streaming server of a real containerd.
@Timeout(60)
class ContainerStreamIT {
    @TempDir static Path directory;
    private static TestPod pod;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void start() throws IOException {
        pod = new TestPod(directory);
    }

    @AfterAll
    static void stop() throws IOException {
        pod.close();
    }

    @Test
    void a_container_reads_all_that_was_written_and_then_its_end() throws Exception {
        assertThat(count("quick", "wc -c", 100 << 10)).isEqualTo(100 << 10);
    }

    /// More than all buffers on the way hold.
    @Test
    void a_container_that_does_not_read_yet_misses_nothing() throws Exception {
        assertThat(count("slow", "sleep 4; wc -c", 12 << 20)).isEqualTo(12 << 20);
    }

    @Test
    void a_closed_stream_ends_input_too() throws Exception {
        String container = startCounting("closed", "wc -c");
        ContainerStream stream = attach(container);
        stream.write(new byte[100], 0, 100);
        stream.close();

        assertThat(pod.awaitExit(container)).isZero();
        assertThat(pod.log("closed")).containsExactly("100");
    }

    @Test
    void a_terminal_has_the_size_it_is_told_and_ends_with_its_shell() throws Exception {
        String container =
                pod.start(
                        pod.container("terminal", "sh")
                                .setStdin(true)
                                .setStdinOnce(true)
                                .setTty(true));
        AttachRequest request =
                AttachRequest.newBuilder()
                        .setContainerId(container)
                        .setStdin(true)
                        .setStdout(true)
                        .setTty(true)
                        .build();
        try (ContainerStream stream = open(pod.cri().attach(request))) {
            stream.resize(100, 40);
            while (!out.toString(StandardCharsets.UTF_8).contains("40 100\r\n")) {
                type(stream, "stty size\n");
                Thread.sleep(Duration.ofMillis(100));
            }
            type(stream, "exit 5\n");

            assertThat(stream.await()).isEqualTo(new StreamEnd.Succeeded());
        }
        assertThat(pod.awaitExit(container)).isEqualTo(5);
    }

    @Test
    void an_exec_tells_its_output_and_its_exit_code() throws Exception {
        String container = pod.start(pod.container("idle", "sleep", "600"));
        String large = "head -c 300000 /dev/zero; echo wrong >&2; exit 7";
        try (ContainerStream stream = open(pod.cri().exec(exec(container, large)))) {
            assertThat(stream.await()).isEqualTo(new StreamEnd.Exited(7));
        }
        assertThat(out.size()).isEqualTo(300_000);
        assertThat(err).hasToString("wrong\n");

        try (ContainerStream stream = open(pod.cri().exec(exec(container, "true")))) {
            assertThat(stream.await()).isEqualTo(new StreamEnd.Succeeded());
        }
        assertThatThrownBy(() -> open(pod.cri().exec(exec(container, "true")) + "x"))
                .isInstanceOfSatisfying(
                        CriException.class,
                        e -> assertThat(e.code()).isEqualTo(CriException.Code.NOT_FOUND));
    }

    private int count(String name, String script, int bytes) throws Exception {
        String container = startCounting(name, script);
        try (ContainerStream stream = attach(container)) {
            stream.write(new byte[bytes], 0, bytes);
            stream.endInput();
        }
        assertThat(pod.awaitExit(container)).isZero();
        assertThat(pod.log(name)).hasSize(1);
        return Integer.parseInt(pod.log(name).getFirst());
    }

    private static String startCounting(String name, String script) {
        return pod.start(pod.container(name, "sh", "-c", script).setStdin(true).setStdinOnce(true));
    }

    /// To its standard input only.
    private ContainerStream attach(String container) {
        return open(
                pod.cri()
                        .attach(
                                AttachRequest.newBuilder()
                                        .setContainerId(container)
                                        .setStdin(true)
                                        .build()));
    }

    private ContainerStream open(String url) {
        return ContainerStream.open(URI.create(url), out, err);
    }

    private static ExecRequest exec(String container, String script) {
        return ExecRequest.newBuilder()
                .setContainerId(container)
                .addAllCmd(List.of("sh", "-c", script))
                .setStdout(true)
                .setStderr(true)
                .build();
    }

    private static void type(ContainerStream stream, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        stream.write(bytes, 0, bytes.length);
    }
}
