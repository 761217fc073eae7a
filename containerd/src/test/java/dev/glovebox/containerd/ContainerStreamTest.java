package dev.glovebox.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.containerd.StreamServer.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ContainerStreamTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private StreamServer server;

    @BeforeEach
    void serve() throws IOException {
        server = new StreamServer();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void output_goes_where_its_channel_says() throws Exception {
        try (ContainerStream stream = open()) {
            server.send(1, "");
            server.send(1, "one ");
            server.send(2, "two ");
            server.send(1, "three");
            server.send(9, "of a later version");
            server.end();

            assertThat(stream.await()).isEqualTo(new StreamEnd.Closed());
            assertThat(out).hasToString("one three");
            assertThat(err).hasToString("two ");
        }
    }

    @Test
    void a_message_in_parts_is_one_message() throws Exception {
        byte[] large = new byte[300_000];
        new Random(1).nextBytes(large);
        try (ContainerStream stream = open()) {
            server.send(StreamServer.BINARY, false, new byte[] {});
            server.send(StreamServer.CONTINUATION, false, new byte[] {2, 2});
            server.send(StreamServer.CONTINUATION, true, new byte[] {1, 1});
            server.send(StreamServer.BINARY, true, StreamServer.message(1, large));
            server.end();

            var _ = stream.await();
            assertThat(out.toByteArray()).isEqualTo(large);
            assertThat(err.toByteArray()).containsExactly(2, 1, 1);
        }
    }

    @Test
    void input_goes_in_messages_of_one_frame_each() throws Exception {
        byte[] large = new byte[70_000];
        new Random(1).nextBytes(large);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        try (ContainerStream stream = open()) {
            Thread writer = Thread.ofVirtual().start(() -> write(stream, large));
            while (received.size() < large.length) {
                Frame frame = server.receive();
                assertThat(frame.opcode()).isEqualTo(StreamServer.BINARY);
                assertThat(frame.fin()).isTrue();
                assertThat(frame.payload()).startsWith(0).hasSizeLessThan(40_000);
                received.write(frame.payload(), 1, frame.payload().length - 1);
            }
            writer.join();
            server.end();
        }
        assertThat(received.toByteArray()).isEqualTo(large);
    }

    @Test
    void a_part_of_an_array_is_written_and_a_size_told() throws Exception {
        try (ContainerStream stream = open()) {
            stream.write(new byte[] {7, 8, 9}, 1, 1);
            stream.resize(100, 40);

            assertThat(server.receive().payload()).containsExactly(0, 8);
            assertThat(server.receive().text()).isEqualTo("\4{\"Width\":100,\"Height\":40}");
            server.end();
        }
    }

    @Test
    void the_end_of_input_comes_after_all_of_it_and_the_server_may_still_speak() throws Exception {
        try (ContainerStream stream = open()) {
            write(stream, new byte[1000]);
            stream.endInput();

            assertThat(server.receive().payload()).hasSize(1001);
            assertThat(server.receive().opcode()).isEqualTo(StreamServer.CLOSE);
            server.send(1, "last words");
            server.send(3, "{\"status\":\"Success\"}");
            server.end();
            assertThat(stream.await()).isEqualTo(new StreamEnd.Succeeded());
            assertThat(out).hasToString("last words");
            stream.endInput();
        }
    }

    @Test
    void a_status_says_how_it_ended() throws Exception {
        assertThat(endAfter("{\"status\":\"Success\"}")).isEqualTo(new StreamEnd.Succeeded());
        assertThat(
                        endAfter(
                                """
                                {"metadata":{},"status":"Failure","reason":"NonZeroExitCode",
                                 "message":"command terminated with non-zero exit code",
                                 "details":{"causes":[{"reason":"ExitCode","message":"7"}]}}
                                """))
                .isEqualTo(new StreamEnd.Exited(7));
        assertThat(endAfter("{\"status\":\"Failure\",\"message\":\"no such file\"}"))
                .isEqualTo(new StreamEnd.Failed("no such file"));
        assertThat(endAfter("{\"status\":")).isInstanceOf(StreamEnd.Failed.class);
        assertThat(endAfter("[" + "1,".repeat(100_000))).isInstanceOf(StreamEnd.Failed.class);
    }

    @Test
    void a_connection_that_is_lost_is_broken_and_takes_no_more() throws Exception {
        try (ContainerStream stream = open()) {
            server.hangUp();

            assertThat(stream.await()).isInstanceOf(StreamEnd.Broken.class);
            assertThatThrownBy(() -> stream.write(new byte[1], 0, 1))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> stream.resize(80, 24)).isInstanceOf(IOException.class);
        }
    }

    /// Which the JDK's WebSocket does not tell.
    @Test
    void a_connection_that_is_lost_while_output_is_passed_on_is_broken_too() throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        try (ContainerStream stream = open(new Blocked(taken))) {
            server.send(1, "words");
            server.hangUp();

            assertThat(stream.await(Duration.ofMillis(50))).isInstanceOf(StreamEnd.Broken.class);
            taken.countDown();
        }
    }

    @Test
    void output_that_nobody_takes_neither_piles_up_nor_holds_input_back() throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        try (ContainerStream stream = open(new Blocked(taken))) {
            server.send(1, "first");
            write(stream, new byte[] {42});
            assertThat(server.receive().payload()).containsExactly(0, 42);

            server.send(2, "second");
            server.end();
            taken.countDown();
            var _ = stream.await();
            assertThat(err).hasToString("second");
        }
    }

    @Test
    void output_that_cannot_be_passed_on_breaks_the_stream() throws Exception {
        OutputStream broken = OutputStream.nullOutputStream();
        broken.close();
        try (ContainerStream stream = open(broken)) {
            server.send(1, "words");

            assertThat(stream.await()).isInstanceOf(StreamEnd.Broken.class);
        }
    }

    @Test
    void a_writer_that_waits_is_released_by_a_close_that_the_server_does_not_answer()
            throws Exception {
        ContainerStream stream = open();
        CountDownLatch failed = new CountDownLatch(1);
        Thread writer =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                byte[] bytes = new byte[1 << 20];
                                while (true) {
                                    stream.write(bytes, 0, bytes.length);
                                }
                            } catch (IOException e) {
                                failed.countDown();
                            }
                        });
        for (int looks = 0; looks < 20; looks++) {
            Thread.sleep(Duration.ofMillis(10));
            looks = writer.getState() == Thread.State.WAITING ? looks : 0;
        }
        stream.close();
        stream.close();

        failed.await();
        writer.join();
        assertThat(stream.await()).isEqualTo(new StreamEnd.Closed());
    }

    @Test
    void a_refusal_is_told_without_the_secret_in_the_address() throws Exception {
        try (StreamServer refusing = new StreamServer("404 Not Found")) {
            assertThatThrownBy(() -> ContainerStream.open(refusing.uri(), out, err))
                    .isInstanceOfSatisfying(
                            CriException.class,
                            e -> assertThat(e.code()).isEqualTo(CriException.Code.NOT_FOUND))
                    .hasMessageContaining("/attach/")
                    .hasMessageContaining("404")
                    .hasMessageNotContaining("SECRET");
        }
    }

    @Test
    void a_server_that_does_not_answer_or_is_not_there_is_told() throws Exception {
        URI silent;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            silent = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/exec/1");
            assertThatThrownBy(() -> ContainerStream.open(silent, out, err, Duration.ofMillis(100)))
                    .isInstanceOfSatisfying(
                            CriException.class,
                            e ->
                                    assertThat(e.code())
                                            .isEqualTo(CriException.Code.DEADLINE_EXCEEDED));
        }
        assertThatThrownBy(() -> ContainerStream.open(silent, out, err))
                .isInstanceOfSatisfying(
                        CriException.class,
                        e -> assertThat(e.code()).isEqualTo(CriException.Code.UNAVAILABLE));
    }

    private ContainerStream open() {
        return open(out);
    }

    private ContainerStream open(OutputStream to) {
        return ContainerStream.open(server.uri(), to, err);
    }

    private StreamEnd endAfter(String status) throws Exception {
        try (StreamServer another = new StreamServer();
                ContainerStream stream = ContainerStream.open(another.uri(), out, err)) {
            another.send(3, status);
            another.end();
            return stream.await();
        }
    }

    private static void write(ContainerStream stream, byte[] bytes) {
        try {
            stream.write(bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Takes nothing before its time.
    private static final class Blocked extends OutputStream {
        private final CountDownLatch time;

        Blocked(CountDownLatch time) {
            this.time = time;
        }

        @Override
        public void write(int one) throws IOException {
            try {
                time.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }
}
