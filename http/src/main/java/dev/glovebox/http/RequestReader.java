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
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Collects a request and hands it over, one at a time: what a client sends ahead of the answer
/// waits, and reading stops when more than a little of it does. One reader serves an HTTP/1.1
/// connection or an HTTP/2 stream. Confined to the event loop.
final class RequestReader extends ChannelInboundHandlerAdapter {
    static final String DECODER = "decoder";
    static final String ENCODER = "encoder";

    /// Messages of later requests that may wait in memory; each at most a read buffer long.
    private static final int AHEAD = 16;

    /// Seconds in which a client that sent too much may finish, so that it gets to read its answer.
    private static final int DISCARD_SECONDS = 5;

    private final Connections connections;
    private final IdleTimer idle;
    private final Queue<HttpObject> ahead = new ArrayDeque<>();
    private @Nullable HttpRequest head;
    private ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private @Nullable Future<?> deadline;
    private @Nullable NettyExchange exchange;
    private @Nullable NettyRawConnection raw;
    private boolean discarding;

    RequestReader(Connections connections, IdleTimer idle) {
        this.connections = connections;
        this.idle = idle;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (raw != null && message instanceof ByteBuf bytes) {
            raw.received(bytes);
        } else if (!discarding && message instanceof HttpObject part) {
            queueOrAccept(ctx, part);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void queueOrAccept(ChannelHandlerContext ctx, HttpObject part) {
        if (exchange == null) {
            accept(ctx, part);
            return;
        }
        ahead.add(part);
        if (ahead.size() > AHEAD) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    private void accept(ChannelHandlerContext ctx, HttpObject message) {
        try {
            if (message.decoderResult().isFailure()) {
                refuse(ctx, message.decoderResult().cause());
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
        head = request;
        body = new ByteArrayOutputStream(0);
        idle.begin();
        deadline =
                ctx.executor()
                        .schedule(
                                () -> Closing.soon(ctx),
                                connections.limits().request().toMillis(),
                                TimeUnit.MILLISECONDS);
        if (HttpUtil.getContentLength(request, 0L) > connections.limits().body()) {
            handOver(ctx, request, true);
        } else if (HttpUtil.is100ContinueExpected(request)) {
            var _ =
                    ctx.writeAndFlush(
                            new DefaultFullHttpResponse(
                                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
    }

    private void collect(ChannelHandlerContext ctx, HttpContent content) {
        HttpRequest request = head;
        if (request == null) {
            return;
        }
        ByteBuf bytes = content.content();
        if (body.size() + bytes.readableBytes() > connections.limits().body()) {
            handOver(ctx, request, true);
            return;
        }
        byte[] copy = new byte[bytes.readableBytes()];
        bytes.readBytes(copy);
        body.writeBytes(copy);
        if (content instanceof LastHttpContent) {
            handOver(ctx, request, false);
        }
    }

    private void handOver(ChannelHandlerContext ctx, HttpRequest request, boolean tooLarge) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        head = null;
        boolean upgrade = !tooLarge && wantsUpgrade(ctx, request);
        boolean keepAlive =
                !tooLarge
                        && !upgrade
                        && HttpUtil.isKeepAlive(request)
                        && request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        discarding = tooLarge;
        if (upgrade) {
            raw = new NettyRawConnection(ctx.channel());
        }
        NettyExchange next =
                new NettyExchange(
                        new NettyExchange.Origin(ctx.channel(), request, keepAlive, raw),
                        tooLarge ? null : body.toByteArray(),
                        () -> ended(ctx, keepAlive));
        exchange = next;
        body = new ByteArrayOutputStream(0);
        if (upgrade) {
            // Whatever follows the request is not HTTP any more: the decoder hands on what it
            // has read beyond it when it goes, and nothing more is read until somebody asks.
            ctx.channel().config().setAutoRead(false);
            ctx.pipeline().remove(DECODER);
        }
        connections.start(next);
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

    /// The answer is out, or nobody waits for it any more.
    private void ended(ChannelHandlerContext ctx, boolean keepAlive) {
        Channel channel = ctx.channel();
        exchange = null;
        idle.end();
        if (channel instanceof Http2StreamChannel) {
            if (discarding) {
                Closing.soon(channel);
            }
            return;
        }
        if (discarding) {
            var _ =
                    ctx.executor()
                            .schedule(() -> Closing.soon(ctx), DISCARD_SECONDS, TimeUnit.SECONDS);
            return;
        }
        if (!keepAlive) {
            Closing.soon(channel);
            return;
        }
        while (exchange == null && !ahead.isEmpty()) {
            accept(ctx, ahead.remove());
        }
        if (ahead.isEmpty() && raw == null) {
            channel.config().setAutoRead(true);
        }
    }

    private static void refuse(ChannelHandlerContext ctx, Throwable cause) {
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
        var _ = ctx.writeAndFlush(answer).addListener(done -> Closing.soon(ctx));
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
        if (deadline != null) {
            deadline.cancel(false);
        }
        if (head != null) {
            head = null;
            idle.end();
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
