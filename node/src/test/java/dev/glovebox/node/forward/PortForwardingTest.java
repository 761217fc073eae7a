package dev.glovebox.node.forward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.http.RawConnection;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The client's side of it is Netty's, and so is the framing; what is tested is what is done.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PortForwardingTest {
    private Codec encoder = codec();
    private Codec decoder = codec();
    private final Queue<Object> frames = new ArrayDeque<>();
    private ServerSocket pod;
    private Socket client;
    private Thread served;

    private static Codec codec() {
        return new Codec(new SpdyFrameCodec(SpdyVersion.SPDY_3_1, 1 << 16, 1 << 14, 6, 15, 8));
    }

    @BeforeEach
    void listen() throws Exception {
        pod = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        connect("", Duration.ofMinutes(1));
    }

    private void connect(String address, Duration patience) throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            client = new Socket(listening.getInetAddress(), listening.getLocalPort());
            served = serve(listening.accept(), address, patience);
        }
    }

    @AfterEach
    void close() throws Exception {
        leave();
        pod.close();
    }

    private void leave() throws Exception {
        client.close();
        served.join();
    }

    /// The one of the other tests has gone.
    private void again(String address, Duration patience) throws Exception {
        leave();
        encoder = codec();
        decoder = codec();
        connect(address, patience);
    }

    private static Thread serve(Socket socket, String address, Duration patience) {
        PortForwarding forwarding =
                new PortForwarding(
                        new ForwardedPod("p", "u", "s", address),
                        port ->
                                SocketChannel.open(
                                        new java.net.InetSocketAddress(
                                                InetAddress.getLoopbackAddress(), port)),
                        patience);
        return Thread.ofVirtual()
                .start(() -> {
                    try (socket) {
                        forwarding.serve(new Plain(socket));
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private record Plain(Socket socket) implements RawConnection {
        @Override
        public InputStream input() {
            try {
                return socket.getInputStream();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public OutputStream output() {
            try {
                return socket.getOutputStream();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private void open(int id, String type, String port) throws IOException {
        open(id, type, port, "7");
    }

    private void open(int id, String type, String port, String request) throws IOException {
        var frame = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
        frame.headers().add("streamtype", type).add("port", port).add("requestid", request);
        send(frame);
    }

    private void send(Object frame) throws IOException {
        client.getOutputStream().write(encoder.encode(frame));
    }

    private <T> T next(Class<T> type) throws IOException {
        byte[] buffer = new byte[1 << 16];
        while (true) {
            Object frame = frames.poll();
            if (type.isInstance(frame)) {
                return type.cast(frame);
            }
            if (frame == null) {
                int n = client.getInputStream().read(buffer);
                assertThat(n).as("bytes of the server").isPositive();
                frames.addAll(decoder.decode(buffer, n));
            }
        }
    }

    private String readAll(int id) throws IOException {
        StringBuilder text = new StringBuilder();
        while (true) {
            SpdyDataFrame data = next(SpdyDataFrame.class);
            if (data.streamId() == id) {
                text.append(data.content().toString(UTF_8));
                if (data.isLast()) {
                    return text.toString();
                }
            }
        }
    }

    @Test
    void bytes_go_both_ways_and_both_streams_end_with_the_connection() throws IOException {
        open(1, "error", "" + pod.getLocalPort());
        open(3, "data", "" + pod.getLocalPort());
        try (Socket inside = pod.accept()) {
            send(new DefaultSpdyDataFrame(3, Unpooled.copiedBuffer("ask", UTF_8)));
            assertThat(inside.getInputStream().readNBytes(3)).asString().isEqualTo("ask");
            inside.getOutputStream().write("answer".getBytes(UTF_8));
        }
        assertThat(readAll(3)).isEqualTo("answer");
        assertThat(readAll(1)).isEmpty();
    }

    /// Over the pod's link either half may end by itself.
    @Test
    void a_pod_answers_after_all_that_it_was_asked() throws Exception {
        again("127.0.0.1", Duration.ofMinutes(1));
        open(1, "error", "" + pod.getLocalPort());
        open(3, "data", "" + pod.getLocalPort());
        try (Socket inside = pod.accept()) {
            var ask = new DefaultSpdyDataFrame(3, Unpooled.copiedBuffer("ask", UTF_8));
            ask.setLast(true);
            send(ask);
            assertThat(inside.getInputStream().readAllBytes()).asString().isEqualTo("ask");
            inside.getOutputStream().write("answer".getBytes(UTF_8));
        }
        assertThat(readAll(3)).isEqualTo("answer");
        assertThat(readAll(1)).isEmpty();
    }

    /// The connection's other end says nothing; its own thread would wait for it for ever.
    @Test
    void a_pod_is_left_when_the_client_goes_though_it_had_ended_its_half() throws Exception {
        open(1, "error", "" + pod.getLocalPort());
        open(3, "data", "" + pod.getLocalPort());
        try (Socket inside = pod.accept()) {
            send(new DefaultSpdyDataFrame(3).setLast(true));
            send(new DefaultSpdyPingFrame(1));
            next(SpdyPingFrame.class);
            leave();
            assertThat(inside.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void a_pod_is_left_when_the_client_resets_a_stream_whose_half_had_ended() throws Exception {
        open(1, "error", "" + pod.getLocalPort());
        open(3, "data", "" + pod.getLocalPort());
        try (Socket inside = pod.accept()) {
            send(new DefaultSpdyDataFrame(3).setLast(true));
            send(new DefaultSpdyRstStreamFrame(3, SpdyStreamStatus.CANCEL));
            assertThat(inside.getInputStream().read()).isEqualTo(-1);
            assertThat(readAll(1)).isEmpty();
        }
    }

    @Test
    void a_stream_whose_other_one_does_not_come_is_reset() throws Exception {
        again("", Duration.ofMillis(200));
        open(1, "error", "80");
        open(3, "data", "80", "8");
        assertThat(next(SpdyRstStreamFrame.class).streamId()).isEqualTo(1);
        assertThat(next(SpdyRstStreamFrame.class).streamId()).isEqualTo(3);
    }

    @Test
    void of_too_many_streams_without_another_one_the_first_is_reset() throws IOException {
        for (int i = 0; i <= 50; i++) {
            open(2 * i + 1, "error", "80", "request " + i);
        }
        assertThat(next(SpdyRstStreamFrame.class).streamId()).isEqualTo(1);
        open(103, "data", "" + pod.getLocalPort(), "request 50");
        try (Socket inside = pod.accept()) {
            inside.getOutputStream().write("answer".getBytes(UTF_8));
        }
        assertThat(readAll(103)).isEqualTo("answer");
    }

    @Test
    void where_nobody_listens_the_stream_for_errors_says_so() throws IOException {
        int port = pod.getLocalPort();
        pod.close();
        open(1, "error", "" + port);
        open(3, "data", "" + port);
        assertThat(readAll(1)).startsWith("error forwarding port " + port + " to pod p, uid u: ");
        assertThat(next(SpdyRstStreamFrame.class).streamId()).isEqualTo(3);
    }

    @Test
    void a_stream_that_names_no_port_is_reset_and_the_others_go_on() throws IOException {
        open(1, "error", "70000");
        assertThat(next(SpdyRstStreamFrame.class).streamId()).isEqualTo(1);
        open(3, "other", "80");
        assertThat(next(SpdyRstStreamFrame.class).streamId()).isEqualTo(3);
        send(new DefaultSpdyPingFrame(9));
        assertThat(next(SpdyPingFrame.class).id()).isEqualTo(9);
    }

    @Test
    void what_is_no_spdy_ends_the_session() throws Exception {
        client.getOutputStream().write(new byte[] {(byte) 0x80, 2, 0, 1, 0, 0, 0, 4, 1, 1, 1, 1});
        served.join();
        assertThat(Optional.of(client.getInputStream().read())).contains(-1);
    }
}
