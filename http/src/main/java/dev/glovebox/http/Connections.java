package dev.glovebox.http;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All connections of a server and the exchanges that run on them.
final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final HttpSettings.Limits limits;
    private final HttpHandler handler;
    private final IdleConnections idle = new IdleConnections();

    /// Connections without those that are being closed to make room.
    private final AtomicInteger staying = new AtomicInteger();

    private final Semaphore strangers;
    private final Unsent unsent;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Set<NettyExchange> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    Connections(HttpSettings.Limits limits, HttpHandler handler) {
        this.limits = limits;
        this.handler = handler;
        this.strangers = new Semaphore(limits.strangers());
        this.unsent = new Unsent(Runtime.getRuntime().maxMemory() / 8, limits.request());
    }

    HttpSettings.Limits limits() {
        return limits;
    }

    Unsent unsent() {
        return unsent;
    }

    IdleConnections idle() {
        return idle;
    }

    /// Takes a connection in, at the cost of an idle one if there are too many; empty if it cannot
    /// stay.
    Optional<Connection> admit(Channel channel) {
        if (closing) {
            return Optional.empty();
        }
        if (staying.incrementAndGet() > limits.connections()) {
            Optional<Connection> missedLeast = idle.takeLeastMissed();
            if (missedLeast.isEmpty()) {
                staying.decrementAndGet();
                return Optional.empty();
            }
            leaves(missedLeast.get());
            missedLeast.get().close();
        }
        Connection connection = new Connection(channel, this);
        channels.add(channel);
        idle.add(connection);
        channel.closeFuture()
                .addListener(_ -> {
                    idle.remove(connection);
                    leaves(connection);
                });
        return Optional.of(connection);
    }

    private void leaves(Connection connection) {
        if (connection.leaves()) {
            staying.decrementAndGet();
        }
    }

    /// Handles an exchange on a thread of its own; false if strangers ask too much at once.
    boolean start(NettyExchange exchange) {
        if (!exchange.known() && !strangers.tryAcquire()) {
            return false;
        }
        running.add(exchange);
        if (closing) {
            exchange.gone();
        }
        Thread.ofVirtual().name("request ", 0).start(() -> run(exchange));
        return true;
    }

    /// An exchange that counted as a stranger's does so no more.
    void strangerLess() {
        strangers.release();
    }

    private void run(NettyExchange exchange) {
        try {
            handler.handle(exchange);
        } catch (IOException | BodyCutOffException e) {
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
