package dev.glovebox.http;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All connections of a server and the exchanges that run on them.
final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final HttpSettings.Limits limits;
    private final HttpHandler handler;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Set<NettyExchange> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    Connections(HttpSettings.Limits limits, HttpHandler handler) {
        this.limits = limits;
        this.handler = handler;
    }

    HttpSettings.Limits limits() {
        return limits;
    }

    /// Whether the connection may stay.
    boolean admit(Channel channel) {
        if (closing || channels.size() >= limits.connections()) {
            return false;
        }
        channels.add(channel);
        return true;
    }

    /// Handles an exchange on a thread of its own.
    void start(NettyExchange exchange) {
        running.add(exchange);
        if (closing) {
            exchange.gone();
        }
        Thread.ofVirtual().name("request ", 0).start(() -> run(exchange));
    }

    private void run(NettyExchange exchange) {
        try {
            handler.handle(exchange);
        } catch (java.io.IOException e) {
            LOG.atDebug().addKeyValue("target", exchange.target()).setCause(e).log("client gone");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.atError()
                    .addKeyValue("method", exchange.method())
                    .addKeyValue("target", exchange.target())
                    .setCause(e)
                    .log("request handler failed");
        } finally {
            exchange.handled();
            running.remove(exchange);
        }
    }

    /// Ends all exchanges, the patient way first.
    void close() {
        closing = true;
        running.forEach(NettyExchange::gone);
        long deadline = System.nanoTime() + limits.closing().toNanos();
        for (NettyExchange exchange : running) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || !await(exchange.finished(), left)) {
                LOG.atWarn().addKeyValue("target", exchange.target()).log("answer cut short");
            }
        }
        channels.close().awaitUninterruptibly();
    }

    private static boolean await(CountDownLatch finished, long nanos) {
        try {
            return finished.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
