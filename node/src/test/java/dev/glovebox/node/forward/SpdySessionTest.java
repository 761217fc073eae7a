package dev.glovebox.node.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A client whose bytes are all there, and streams that nobody reads unless a test does.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpdySessionTest {
    private static final int FRAME = 32 << 10;
    private static final int FRAMES = 16;

    private final Codec encoder = codec();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final ByteArrayOutputStream told = new ByteArrayOutputStream();
    private final List<SpdyStream> opened = new CopyOnWriteArrayList<>();

    private static Codec codec() {
        return new Codec(new SpdyFrameCodec(SpdyVersion.SPDY_3_1, 1 << 16, 1 << 14, 6, 15, 8));
    }

    private void open(int id) {
        var frame = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
        frame.headers().add("streamtype", "data");
        sent.writeBytes(encoder.encode(frame));
    }

    private void fill(int id) {
        for (int i = 0; i < FRAMES; i++) {
            sent.writeBytes(
                    encoder.encode(
                            new DefaultSpdyDataFrame(id, Unpooled.wrappedBuffer(new byte[FRAME]))));
        }
    }

    private SpdySession session(ByteArrayInputStream in, Duration patience) {
        return new SpdySession(in, told, opened::add, patience);
    }

    private Stream<SpdyRstStreamFrame> resets() throws IOException {
        return codec().decode(told.toByteArray(), told.size()).stream()
                .filter(SpdyRstStreamFrame.class::isInstance)
                .map(SpdyRstStreamFrame.class::cast);
    }

    @Test
    void what_waits_in_all_streams_together_is_bounded() throws Exception {
        for (int id = 1; id < 20; id += 2) {
            open(id);
            fill(id);
        }
        var in = new ByteArrayInputStream(sent.toByteArray());
        var session = session(in, Duration.ofMinutes(1));
        var thread =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                session.run();
                            } catch (IOException | InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        Await.until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        assertThat(sent.size() - in.available()).isLessThan(SpdySession.MOST_WAITING + 4 * FRAME);

        while (thread.isAlive()) {
            for (SpdyStream each : opened) {
                each.leave();
            }
            thread.join(1);
        }
        assertThat(in.available()).isZero();
        assertThat(resets()).isEmpty();
    }

    @Test
    void a_stream_that_nobody_reads_for_long_is_reset_and_the_others_go_on() throws Exception {
        open(1);
        open(3);
        fill(3);
        fill(3);
        open(5);
        session(new ByteArrayInputStream(sent.toByteArray()), Duration.ofMillis(50)).run();
        assertThat(resets().map(SpdyRstStreamFrame::streamId)).containsExactly(3);
        assertThat(opened).extracting(SpdyStream::id).containsExactly(1, 3, 5);
    }

    @Test
    void one_client_has_a_hundred_streams_at_most() throws Exception {
        for (int id = 1; id < 2 * 102; id += 2) {
            open(id);
        }
        session(new ByteArrayInputStream(sent.toByteArray()), Duration.ofMinutes(1)).run();
        assertThat(opened).hasSize(100);
        assertThat(resets().map(SpdyRstStreamFrame::status))
                .containsExactly(SpdyStreamStatus.REFUSED_STREAM, SpdyStreamStatus.REFUSED_STREAM);
    }
}
