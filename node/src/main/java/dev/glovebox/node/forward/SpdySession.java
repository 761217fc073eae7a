package dev.glovebox.node.forward;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyHeadersFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// The server's side of SPDY 3.1, as far as Kubernetes' clients use it: they open streams, nobody
/// counts windows. Source: draft-mbelshe-httpbis-spdy-00 and what github.com/moby/spdystream sends.
///
/// One thread reads ([#run]); any thread sends, one frame after the other. As there is no flow
/// control of single streams, the whole session waits while much of what came has not been read;
/// when that takes too long, the stream in which most of it waits is reset.
final class SpdySession {
    private static final int LARGEST_DATA = 32 << 10;
    private static final int LARGEST_HEADERS = 16 << 10;
    private static final int BUFFER = 32 << 10;

    // Of zlib for headers, as Netty has them by itself.
    private static final int COMPRESSION = 6;
    private static final int WINDOW_BITS = 15;
    private static final int MEMORY_LEVEL = 8;

    /// Most streams that are open at a time.
    static final int MOST_STREAMS = 100;

    /// Bytes of all streams with which no more are read.
    static final int MOST_WAITING = 512 << 10;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final InputStream in;
    private final OutputStream out;
    private final Opened opened;
    private final Codec decoder = codec();
    private final Codec encoder = codec();
    private final ReentrantLock sending = new ReentrantLock();
    private final Map<Integer, SpdyStream> streams = new ConcurrentHashMap<>();
    private final Backlog backlog = new Backlog(MOST_WAITING);
    private final Duration patience;
    private int last;

    /// Hears of streams, on the session's thread; must not block.
    @FunctionalInterface
    interface Opened {
        /// Whether the stream is one that is served.
        boolean serves(SpdyStream stream);
    }

    SpdySession(InputStream in, OutputStream out, Opened opened) {
        this(in, out, opened, PATIENCE);
    }

    /// @param patience with streams that nobody reads
    SpdySession(InputStream in, OutputStream out, Opened opened, Duration patience) {
        this.in = in;
        this.out = out;
        this.opened = opened;
        this.patience = patience;
    }

    private static Codec codec() {
        return new Codec(
                new SpdyFrameCodec(
                        SpdyVersion.SPDY_3_1,
                        LARGEST_DATA,
                        LARGEST_HEADERS,
                        COMPRESSION,
                        WINDOW_BITS,
                        MEMORY_LEVEL));
    }

    /// Serves until the client goes. Then every stream is broken off.
    void run() throws IOException, InterruptedException {
        try {
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                for (Object frame : decoder.decode(buffer, n)) {
                    try {
                        if (frame instanceof SpdyGoAwayFrame) {
                            return;
                        }
                        take(frame);
                    } finally {
                        ReferenceCountUtil.release(frame);
                    }
                }
            }
        } finally {
            streams.values().forEach(SpdyStream::breakOff);
            decoder.close();
        }
    }

    private void take(Object frame) throws IOException, InterruptedException {
        switch (frame) {
            case SpdySynStreamFrame opening -> open(opening);
            case SpdyDataFrame data -> data(data);
            case SpdyRstStreamFrame reset -> {
                SpdyStream stream = streams.remove(reset.streamId());
                if (stream != null) {
                    stream.breakOff();
                }
            }
            case SpdyPingFrame ping -> write(ping);
            default -> {
                // Settings, windows and headers that come later have no meaning here.
            }
        }
    }

    private void open(SpdySynStreamFrame opening) throws IOException {
        int id = opening.streamId();
        if (opening.isInvalid() || opening.isTruncated() || id <= last || id % 2 == 0) {
            write(new DefaultSpdyRstStreamFrame(id, SpdyStreamStatus.PROTOCOL_ERROR));
            return;
        }
        last = id;
        Map<String, String> headers = new HashMap<>();
        opening.headers()
                .forEach(each ->
                        headers.put(
                                each.getKey().toString().toLowerCase(Locale.ROOT),
                                each.getValue().toString()));
        SpdyStream stream = new SpdyStream(this, backlog, id, headers);
        if (opening.isLast()) {
            stream.endInput();
        }
        if (streams.size() >= MOST_STREAMS) {
            write(new DefaultSpdyRstStreamFrame(id, SpdyStreamStatus.REFUSED_STREAM));
            return;
        }
        SpdyHeadersFrame reply = new DefaultSpdySynReplyFrame(id);
        // Netty leaves out a block without headers, of which Go then waits for the beginning.
        reply.headers().add("x-stream", Integer.toString(id));
        write(reply);
        streams.put(id, stream);
        if (!opened.serves(stream)) {
            stream.reset();
        }
    }

    private void data(SpdyDataFrame data) throws IOException, InterruptedException {
        SpdyStream stream = streams.get(data.streamId());
        if (stream == null) {
            return;
        }
        byte[] bytes = new byte[data.content().readableBytes()];
        data.content().readBytes(bytes);
        if (bytes.length > 0) {
            makeRoom();
            stream.receive(bytes);
        }
        if (data.isLast()) {
            stream.endInput();
        }
    }

    private void makeRoom() throws IOException, InterruptedException {
        while (!backlog.awaitRoom(patience)) {
            Optional<SpdyStream> fullest =
                    streams.values().stream().max(Comparator.comparingInt(SpdyStream::waiting));
            if (fullest.isPresent()) {
                fullest.get().reset();
            }
        }
    }

    void send(int id, byte[] bytes, int length) throws IOException {
        for (int done = 0; done < length; done += LARGEST_DATA) {
            int size = Math.min(length - done, LARGEST_DATA);
            write(new DefaultSpdyDataFrame(id, Unpooled.copiedBuffer(bytes, done, size)));
        }
    }

    void end(int id) throws IOException {
        write(new DefaultSpdyDataFrame(id).setLast(true));
    }

    void reset(int id) throws IOException {
        forget(id);
        write(new DefaultSpdyRstStreamFrame(id, SpdyStreamStatus.CANCEL));
    }

    /// What still comes for that stream is for nobody.
    void forget(int id) {
        streams.remove(id);
    }

    private void write(Object frame) throws IOException {
        sending.lock();
        try {
            out.write(encoder.encode(frame));
            out.flush();
        } finally {
            sending.unlock();
        }
    }
}
