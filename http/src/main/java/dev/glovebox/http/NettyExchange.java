package dev.glovebox.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/// An exchange on a Netty channel: an HTTP/1.1 connection or an HTTP/2 stream. The handler's thread
/// answers and waits for each write; the event loop says when the client has gone.
final class NettyExchange implements HttpExchange {
    /// Bytes of an answer that are sent at once. As many lie in the connection's buffers, outside
    /// the heap, when a client does not take them.
    private static final int PIECE = 64 << 10;

    private final Origin origin;
    private final RequestBody body;
    private final Ends ends;
    private final Headers headers;
    private final AtomicInteger status = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final List<Runnable> whenGone = new ArrayList<>();

    @GuardedBy("lock")
    private boolean gone;

    private volatile @Nullable NettyBodyStream stream;
    private volatile boolean keepAlive;
    private final AtomicBoolean stranger;

    /// Where a request came from.
    ///
    /// @param keepAlive whether an HTTP/1.1 connection goes on after the answer
    /// @param raw the connection after its upgrade, null where none was asked for
    record Origin(
            Channel channel,
            Connection connection,
            HttpRequest request,
            boolean keepAlive,
            @Nullable NettyRawConnection raw) {}

    /// What the reader of requests does about an exchange; on the event loop, each once at most.
    interface Ends {
        /// The answer begins, and the request has not arrived whole.
        void discardRest();

        /// The answer is out, or nobody waits for it.
        void over();
    }

    NettyExchange(Origin origin, RequestBody body, Ends ends) {
        this.origin = origin;
        this.body = body;
        this.ends = ends;
        this.keepAlive = origin.keepAlive();
        this.stranger = new AtomicBoolean(!origin.connection().known());
        Headers read = Headers.NONE;
        List<Headers.Header> all = new ArrayList<>();
        origin.request()
                .headers()
                .forEach(h -> all.add(new Headers.Header(h.getKey(), h.getValue())));
        this.headers = all.isEmpty() ? read : new Headers(all);
    }

    @Override
    public String method() {
        return origin.request().method().name();
    }

    @Override
    public String target() {
        return origin.request().uri();
    }

    @Override
    public Headers headers() {
        return headers;
    }

    @Override
    public byte[] body() {
        return body.await();
    }

    @Override
    public void vouch() {
        origin.connection().vouch();
        stopBeingStranger();
    }

    private void stopBeingStranger() {
        if (stranger.getAndSet(false)) {
            origin.connection().connections().strangerLess();
        }
    }

    /// Whether it does not count as a stranger's.
    boolean known() {
        return !stranger.get();
    }

    /// Whether an HTTP/1.1 connection goes on after the answer.
    boolean keepsAlive() {
        return keepAlive;
    }

    @Override
    public String remoteAddress() {
        return connection().remoteAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "";
    }

    private Channel connection() {
        return origin.channel() instanceof Http2StreamChannel stream2
                ? stream2.parent()
                : origin.channel();
    }

    @Override
    public List<X509Certificate> clientCertificates() {
        SslHandler tls = connection().pipeline().get(SslHandler.class);
        if (tls == null) {
            return List.of();
        }
        try {
            Certificate[] chain = tls.engine().getSession().getPeerCertificates();
            return Arrays.stream(chain).map(X509Certificate.class::cast).toList();
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
    }

    @Override
    public void onGone(Runnable action) {
        synchronized (lock) {
            if (!gone) {
                whenGone.add(action);
                return;
            }
        }
        action.run();
    }

    /// Nobody waits for the answer any more.
    void gone() {
        List<Runnable> actions;
        synchronized (lock) {
            gone = true;
            actions = List.copyOf(whenGone);
            whenGone.clear();
        }
        actions.forEach(Runnable::run);
    }

    @Override
    public void respond(int code, Headers answer, byte[] bytes) throws IOException {
        begin(code);
        byte[] sent = method().equals("HEAD") ? new byte[0] : bytes;
        HttpResponseStatus line = HttpResponseStatus.valueOf(code);
        boolean piece = sent.length <= PIECE;
        HttpResponse response =
                piece
                        ? new DefaultFullHttpResponse(
                                HttpVersion.HTTP_1_1, line, Unpooled.wrappedBuffer(sent))
                        : new DefaultHttpResponse(HttpVersion.HTTP_1_1, line);
        fill(response, answer);
        if (!method().equals("HEAD")
                || !response.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes.length);
        }
        if (piece) {
            sendLast(response, Optional.empty());
        } else {
            send(response);
            sendBytes(sent, Optional.empty());
            sendLast(LastHttpContent.EMPTY_LAST_CONTENT, Optional.empty());
        }
    }

    /// Writes what an answer ends with. The exchange is over as soon as that is out, not when the
    /// handler's thread has come to its end: a client that has its answer may open the next
    /// connection at once, and then this one has to be idle.
    void sendLast(Object message, Optional<Duration> patience) throws IOException {
        ChannelFuture written = origin.channel().writeAndFlush(message);
        written.addListener(_ -> {
            if (written.isSuccess()) {
                over();
            }
        });
        awaitTaken(written, patience);
    }

    /// Sends bytes of a body in pieces, each of which the client has to take in time.
    ///
    /// @param patience for all of them together, if there is an end to it
    void sendBytes(byte[] bytes, Optional<Duration> patience) throws IOException {
        Unsent unsent = origin.connection().connections().unsent();
        long begin = System.nanoTime();
        unsent.add(bytes.length);
        try {
            for (int from = 0; from < bytes.length; from += PIECE) {
                int length = Math.min(PIECE, bytes.length - from);
                send(
                        new DefaultHttpContent(Unpooled.wrappedBuffer(bytes, from, length)),
                        patience.map(all -> all.minusNanos(System.nanoTime() - begin)));
            }
        } finally {
            unsent.remove(bytes.length);
        }
    }

    @Override
    public BodyStream stream(int code, Headers answer) throws IOException {
        begin(code);
        boolean chunked =
                !http2() && origin.request().protocolVersion().equals(HttpVersion.HTTP_1_1);
        DefaultHttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(code));
        fill(response, answer);
        if (chunked) {
            response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        NettyBodyStream opened = new NettyBodyStream(this);
        stream = opened;
        send(response);
        return opened;
    }

    @Override
    public int status() {
        return status.get();
    }

    @Override
    public boolean wantsUpgrade() {
        return origin.raw() != null;
    }

    @Override
    public RawConnection upgrade(Headers answer) throws IOException {
        NettyRawConnection raw = origin.raw();
        if (raw == null) {
            throw new IllegalStateException("the request asked for no upgrade");
        }
        begin(HttpResponseStatus.SWITCHING_PROTOCOLS.code());
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
        answer.all().forEach(h -> response.headers().add(h.name(), h.value()));
        raw.begin(response);
        return raw;
    }

    private void fill(HttpMessage response, Headers answer) {
        answer.all()
                .forEach(h ->
                        response.headers()
                                .add(
                                        http2() ? h.name().toLowerCase(Locale.ROOT) : h.name(),
                                        h.value()));
        if (!http2() && !keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }

    private boolean http2() {
        return origin.channel() instanceof Http2StreamChannel;
    }

    private void begin(int code) {
        if (!status.compareAndSet(0, code)) {
            throw new IllegalStateException("answered twice: " + method() + " " + target());
        }
        if (!body.whole()) {
            keepAlive = false;
            origin.channel().eventLoop().execute(ends::discardRest);
        }
    }

    private void send(Object message) throws IOException {
        send(message, Optional.empty());
    }

    /// Writes a message and waits until the connection has taken it; cuts the answer off if that
    /// takes longer than `patience` or than any client may take.
    void send(Object message, Optional<Duration> patience) throws IOException {
        awaitTaken(origin.channel().writeAndFlush(message), patience);
    }

    /// Sends a piece of a body; the caller waits for it before the next.
    ChannelFuture sendSmall(byte[] bytes) {
        Unsent unsent = origin.connection().connections().unsent();
        unsent.add(bytes.length);
        return origin.channel()
                .writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)))
                .addListener(_ -> unsent.remove(bytes.length));
    }

    /// Waits until the connection has taken what was written; cuts the answer off if that takes
    /// longer than `patience` or than any client may take.
    void awaitTaken(ChannelFuture written, Optional<Duration> patience) throws IOException {
        if (!origin.connection().connections().unsent().await(written, patience)) {
            cut();
            throw new InterruptedIOException("the client does not take its answer");
        }
    }

    /// Cuts the answer off.
    void cut() {
        Closing.soon(origin.channel());
    }

    /// The handler has returned: whatever it left open is closed.
    void handled() {
        try {
            finish();
        } finally {
            stopBeingStranger();
            over();
            synchronized (lock) {
                whenGone.clear();
            }
            finished.countDown();
        }
    }

    private void over() {
        if (!over.getAndSet(true)) {
            origin.channel().eventLoop().execute(ends::over);
        }
    }

    private void finish() {
        if (status() == 0) {
            try {
                respond(500, Headers.NONE, new byte[0]);
            } catch (IOException clientGone) {
                cut();
            }
        }
        NettyBodyStream open = stream;
        if (open != null) {
            open.abort();
        }
        NettyRawConnection raw = origin.raw();
        if (raw != null) {
            raw.close();
        }
    }

    /// Counted down when the exchange is over.
    CountDownLatch finished() {
        return finished;
    }
}
