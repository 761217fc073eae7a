package dev.glovebox.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/// Sets a new connection up: TLS, then HTTP/2 or HTTP/1.1 as ALPN decides, then [RequestReader].
final class ConnectionPipeline extends ChannelInitializer<Channel> {
    /// Streams that one HTTP/2 connection may have open, as kube-apiserver's; a client that wants
    /// more opens another connection.
    private static final int STREAMS = 250;

    private final HttpSettings.Limits limits;
    private final Connections connections;
    private final Optional<SslContext> tls;

    ConnectionPipeline(HttpSettings settings, Connections connections) {
        this.limits = settings.limits();
        this.connections = connections;
        this.tls = settings.tls().map(ConnectionPipeline::context);
    }

    private static SslContext context(ServerTls tls) {
        try {
            return SslContextBuilder.forServer(
                            tls.key(), tls.chain().toArray(X509Certificate[]::new))
                    .trustManager(tls.clientAuthorities().toArray(X509Certificate[]::new))
                    .clientAuth(ClientAuth.OPTIONAL)
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .applicationProtocolConfig(
                            new ApplicationProtocolConfig(
                                    ApplicationProtocolConfig.Protocol.ALPN,
                                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                                    ApplicationProtocolConfig.SelectedListenerFailureBehavior
                                            .ACCEPT,
                                    ApplicationProtocolNames.HTTP_2,
                                    ApplicationProtocolNames.HTTP_1_1))
                    .build();
        } catch (SSLException e) {
            throw new IllegalArgumentException("the server's key or certificates do not serve", e);
        }
    }

    @Override
    protected void initChannel(Channel channel) {
        Optional<Connection> admitted = connections.admit(channel);
        if (admitted.isEmpty()) {
            Closing.soon(channel);
            return;
        }
        Connection connection = admitted.get();
        if (tls.isEmpty()) {
            http1(channel.pipeline(), connection);
            return;
        }
        SslHandler handler = tls.get().newHandler(channel.alloc());
        handler.setHandshakeTimeout(limits.handshake().toMillis(), TimeUnit.MILLISECONDS);
        channel.pipeline().addLast("tls", handler).addLast(new Negotiation(connection));
    }

    private void http1(ChannelPipeline pipeline, Connection connection) {
        HttpDecoderConfig config =
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(limits.target())
                        .setMaxHeaderSize(limits.headers());
        pipeline.addLast(RequestReader.DECODER, new HttpRequestDecoder(config))
                .addLast(RequestReader.ENCODER, new HttpResponseEncoder())
                .addLast(new RequestReader(connections, connection));
    }

    private void http2(ChannelPipeline pipeline, Connection connection) {
        Http2Settings settings =
                Http2Settings.defaultSettings()
                        .maxConcurrentStreams(STREAMS)
                        .maxHeaderListSize((long) limits.target() + limits.headers());
        pipeline.addLast(Http2FrameCodecBuilder.forServer().initialSettings(settings).build())
                .addLast(new Http2MultiplexHandler(new Streams(connections, connection)));
    }

    /// Sets one HTTP/2 stream up.
    private static final class Streams extends ChannelInitializer<Channel> {
        private final Connections connections;
        private final Connection connection;

        Streams(Connections connections, Connection connection) {
            this.connections = connections;
            this.connection = connection;
        }

        @Override
        protected void initChannel(Channel stream) {
            ChannelHandler codec = new Http2StreamFrameToHttpObjectCodec(true);
            stream.pipeline().addLast(codec).addLast(new RequestReader(connections, connection));
        }
    }

    /// Goes on as ALPN decided; a client without ALPN speaks HTTP/1.1. A failed handshake is the
    /// client's affair and closes the connection without a word in the log.
    private final class Negotiation extends ApplicationProtocolNegotiationHandler {
        private final Connection connection;

        Negotiation(Connection connection) {
            super(ApplicationProtocolNames.HTTP_1_1);
            this.connection = connection;
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
            if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                http2(ctx.pipeline(), connection);
            } else {
                http1(ctx.pipeline(), connection);
            }
        }

        @Override
        protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
            Closing.soon(ctx);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            Closing.soon(ctx);
        }
    }
}
