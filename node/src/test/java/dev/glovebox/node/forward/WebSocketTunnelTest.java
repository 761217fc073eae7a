package dev.glovebox.node.forward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.http.RawConnection;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class WebSocketTunnelTest {
    private final Codec client = new Codec(new WebSocket13FrameEncoder(true));
    private final ByteArrayOutputStream told = new ByteArrayOutputStream();

    private WebSocketTunnel tunnel(byte[] sent) {
        return new WebSocketTunnel(new Fixed(new ByteArrayInputStream(sent), told));
    }

    private record Fixed(InputStream input, OutputStream output) implements RawConnection {
        @Override
        public void close() {}
    }

    private byte[] binary(int bytes) {
        return client.encode(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[bytes])));
    }

    @Test
    void what_is_in_binary_messages_is_read_and_pings_are_answered() throws IOException {
        var sent = new ByteArrayOutputStream();
        sent.writeBytes(client.encode(new PingWebSocketFrame(Unpooled.copiedBuffer("p", UTF_8))));
        sent.writeBytes(binary(128 << 10));
        sent.writeBytes(
                client.encode(new BinaryWebSocketFrame(Unpooled.copiedBuffer("end", UTF_8))));
        byte[] read = tunnel(sent.toByteArray()).input().readAllBytes();
        assertThat(read).hasSize((128 << 10) + 3).endsWith("end".getBytes(UTF_8));
        assertThat(
                        new Codec(new WebSocket13FrameDecoder(false, false, 1 << 16))
                                .decode(told.toByteArray(), told.size()))
                .hasSize(1)
                .first()
                .isInstanceOf(PongWebSocketFrame.class);
    }

    /// It would be held as a whole before it is passed on.
    @Test
    void a_larger_frame_ends_the_connection_before_it_is_there() {
        byte[] header = java.util.Arrays.copyOf(binary((128 << 10) + 1), 64);
        assertThatThrownBy(() -> tunnel(header).input().readAllBytes())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not keep to its protocol");
    }
}
