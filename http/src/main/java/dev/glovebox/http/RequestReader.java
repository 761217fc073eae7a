package dev.glovebox.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Hands requests over, one at a time, each as soon as its head is there: whether the body is read
/// is the handler's decision. What a client sends ahead of the answer waits, and reading stops when
/// more than a little of it does. One reader serves an HTTP/1.1 connection or an HTTP/2 stream.
/// Confined to the event loop.
final class RequestReader extends ChannelInboundHandlerAdapter {
    static final String DECODER = "decoder";
    static final String ENCODER = "encoder";

    /// Messages of later requests that may wait in memory; each at most a read buffer long.
    private static final int AHEAD = 16;

    /// Seconds in which a client that was answered before it had sent everything may go on, so that
    /// it gets to read its answer.
    private static final int DISCARD_SECONDS = 5;

    /// Bytes that it may send in that time; then nothing more is read.
    private static final int DISCARD_BYTES = 1 << 20;

    private final Connections connections;
    private final Connection connection;
    private final Queue<HttpObject> ahead = new ArrayDeque<>();
    private @Nullable HttpRequest head;
    private @Nullable RequestBody body;
    private @Nullable Future<?> deadline;
    private @Nullable NettyExchange exchange;
    private @Nullable NettyRawConnection raw;
    private boolean begun;
    private boolean discarding;
    private boolean restSeen;
    private int discarded;

    RequestReader(Connections connections, Connection connection) {
        this.connections = connections;
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (raw != null && message instanceof ByteBuf bytes) {
            raw.received(bytes);
        } else if (!discarding && message instanceof HttpObject part) {
            queueOrAccept(ctx, part);
        } else {
            discard(ctx, message);
        }
    }

    private void discard(ChannelHandlerContext ctx, Object message) {
        if (message instanceof LastHttpContent) {
            restSeen = true;
            if (exchange == null) {
                Closing.soon(ctx);
            }
        }
        if (message instanceof HttpContent content) {
            discarded += content.content().readableBytes();
            if (discarded > DISCARD_BYTES) {
                ctx.channel().config().setAutoRead(false);
            }
        }
        ReferenceCountUtil.release(message);
    }

    private void queueOrAccept(ChannelHandlerContext ctx, HttpObject part) {
        if (takesMore()) {
            accept(ctx, part);
            return;
        }
        ahead.add(part);
        if (ahead.size() > AHEAD) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    /// Whether the next part belongs to the request that is being read, or begins one.
    private boolean takesMore() {
        return exchange == null || body != null;
    }

    private void accept(ChannelHandlerContext ctx, HttpObject message) {
        try {
            if (message.decoderResult().isFailure()) {
                if (body == null) {
                    refuse(ctx, message.decoderResult().cause());
                } else {
                    Closing.soon(ctx);
                }
                return;
            }
            if (message instanceof HttpRequest request) {
                begin(ctx, request);
            }
            if (message instanceof HttpContent content) {
                collect(ctx, content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest request) {
        connection.begin();
        begun = true;
        long length = HttpUtil.getContentLength(request, 0L);
        if (request instanceof LastHttpContent
                || (length == 0 && !mayHaveBody(ctx.channel(), request))) {
            head = request;
            return;
        }
        RequestBody coming =
                new RequestBody(
                        connections.limits().body(),
                        () -> ctx.executor().execute(() -> readOn(ctx, request)));
        body = coming;
        deadline =
                ctx.executor()
                        .schedule(
                                () -> Closing.soon(ctx),
                                connections.limits().request().toMillis(),
                                TimeUnit.MILLISECONDS);
        ctx.channel().config().setAutoRead(false);
        if (length > connections.limits().body()) {
            coming.tooLarge();
        }
        handOver(ctx, request, coming);
    }

    private static boolean mayHaveBody(Channel channel, HttpRequest request) {
        return channel instanceof Http2StreamChannel || HttpUtil.isTransferEncodingChunked(request);
    }

    /// The handler wants the body.
    private void readOn(ChannelHandlerContext ctx, HttpRequest request) {
        if (body == null || discarding) {
            return;
        }
        if (HttpUtil.is100ContinueExpected(request)) {
            var _ =
                    ctx.writeAndFlush(
                            new DefaultFullHttpResponse(
                                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
        ctx.channel().config().setAutoRead(true);
    }

    private void collect(ChannelHandlerContext ctx, HttpContent content) {
        RequestBody coming = body;
        if (coming != null) {
            coming.add(content.content());
            if (content instanceof LastHttpContent) {
                arrived(ctx, coming);
            } else if (!coming.arriving()) {
                ctx.channel().config().setAutoRead(false);
            }
            return;
        }
        HttpRequest request = head;
        if (request != null && content instanceof LastHttpContent) {
            head = null;
            RequestBody none = new RequestBody(connections.limits().body(), () -> {});
            none.complete();
            handOver(ctx, request, none);
        }
    }

    private void arrived(ChannelHandlerContext ctx, RequestBody whole) {
        whole.complete();
        body = null;
        cancelDeadline();
        ctx.channel().config().setAutoRead(ahead.size() <= AHEAD);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private void handOver(ChannelHandlerContext ctx, HttpRequest request, RequestBody given) {
        boolean upgrade = body == null && wantsUpgrade(ctx, request);
        boolean keepAlive =
                !upgrade
                        && HttpUtil.isKeepAlive(request)
                        && request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        if (upgrade) {
            raw = new NettyRawConnection(ctx.channel());
        }
        NettyExchange next =
                new NettyExchange(
                        new NettyExchange.Origin(
                                ctx.channel(), connection, request, keepAlive, raw),
                        given,
                        new Ends(ctx));
        exchange = next;
        if (upgrade) {
            // Whatever follows the request is not HTTP any more: the decoder hands on what it
            // has read beyond it when it goes, and nothing more is read until somebody asks.
            ctx.channel().config().setAutoRead(false);
            ctx.pipeline().remove(DECODER);
        }
        if (!connections.start(next)) {
            Closing.soon(ctx);
        }
    }

    private static boolean wantsUpgrade(ChannelHandlerContext ctx, HttpRequest request) {
        return !(ctx.channel() instanceof Http2StreamChannel)
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && (request.method().equals(HttpMethod.GET)
                        || request.method().equals(HttpMethod.POST))
                && request.headers().contains(HttpHeaderNames.UPGRADE)
                && request.headers()
                        .containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
    }

    private final class Ends implements NettyExchange.Ends {
        private final ChannelHandlerContext ctx;

        Ends(ChannelHandlerContext ctx) {
            this.ctx = ctx;
        }

        @Override
        public void discardRest() {
            RequestReader.this.discardRest(ctx);
        }

        @Override
        public void over() {
            ended(ctx);
        }
    }

    /// The answer begins: what of the request has not arrived by now is not wanted any more.
    private void discardRest(ChannelHandlerContext ctx) {
        discarding = true;
        restSeen = body == null;
        body = null;
        cancelDeadline();
        ctx.channel().config().setAutoRead(true);
    }

    /// The answer is out, or nobody waits for it any more.
    private void ended(ChannelHandlerContext ctx) {
        Channel channel = ctx.channel();
        boolean keepAlive = exchange != null && exchange.keepsAlive();
        exchange = null;
        endBegun();
        if (channel instanceof Http2StreamChannel) {
            if (discarding) {
                Closing.soon(channel);
            }
            if (!connection.known()) {
                connection.close();
            }
            return;
        }
        if (discarding && !restSeen) {
            closeLater(ctx, DISCARD_SECONDS);
            return;
        }
        if (!keepAlive) {
            Closing.soon(channel);
            return;
        }
        while (takesMore() && !discarding && !ahead.isEmpty()) {
            accept(ctx, ahead.remove());
        }
        if (ahead.isEmpty() && raw == null && body == null) {
            channel.config().setAutoRead(true);
        }
    }

    private void endBegun() {
        if (begun) {
            begun = false;
            connection.end();
        }
    }

    private void refuse(ChannelHandlerContext ctx, Throwable cause) {
        if (discarding) {
            return;
        }
        discarding = true;
        HttpResponseStatus status =
                cause instanceof TooLongHttpLineException
                        ? HttpResponseStatus.REQUEST_URI_TOO_LONG
                        : cause instanceof TooLongHttpHeaderException
                                ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                                : HttpResponseStatus.BAD_REQUEST;
        DefaultFullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
        answer.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, 0)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        var _ = ctx.writeAndFlush(answer);
        closeLater(ctx, 1);
    }

    private static void closeLater(ChannelHandlerContext ctx, int seconds) {
        var _ = ctx.executor().schedule(() -> Closing.soon(ctx), seconds, TimeUnit.SECONDS);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (raw != null) {
            raw.event(event);
        }
        super.userEventTriggered(ctx, event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        cancelDeadline();
        if (body != null) {
            body.gone();
        }
        if (exchange == null) {
            endBegun();
        }
        ahead.forEach(ReferenceCountUtil::release);
        ahead.clear();
        if (raw != null) {
            raw.inputEnded();
        }
        if (exchange != null) {
            exchange.gone();
        }
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Closing.soon(ctx);
    }
}
