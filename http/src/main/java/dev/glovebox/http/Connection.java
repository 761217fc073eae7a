package dev.glovebox.http;

import io.netty.channel.Channel;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// One client's connection. While nothing is asked on it, it may be closed: after a short time if
/// nobody vouches for the client, after a longer one otherwise, and at any time to make room for
/// another. Confined to the connection's event loop, which its HTTP/2 streams share, but for
/// [#vouch], [#known] and [#leaves].
final class Connection {
    private final Channel channel;
    private final Connections connections;
    private Future<?> closing;
    private int exchanges;
    private volatile boolean known;
    private final AtomicBoolean left = new AtomicBoolean();

    /// Whoever could open a unix socket is known by that.
    Connection(Channel channel, Connections connections) {
        this.channel = channel;
        this.connections = connections;
        this.known = channel instanceof DomainSocketChannel;
        this.closing = closeAfter(connections.limits().request());
    }

    private Future<?> closeAfter(Duration time) {
        return channel.eventLoop()
                .schedule(() -> Closing.soon(channel), time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// An exchange begins.
    void begin() {
        exchanges++;
        closing.cancel(false);
        connections.idle().remove(this);
    }

    /// An exchange that began is over.
    void end() {
        exchanges--;
        if (exchanges == 0 && channel.isActive()) {
            HttpSettings.Limits limits = connections.limits();
            closing = closeAfter(known ? limits.idle() : limits.request());
            connections.idle().add(this);
        }
    }

    /// The client is one that the handler knows.
    void vouch() {
        known = true;
    }

    boolean known() {
        return known;
    }

    /// Takes it out of those that stay; false if it was already.
    boolean leaves() {
        return !left.getAndSet(true);
    }

    Connections connections() {
        return connections;
    }

    void close() {
        Closing.soon(channel);
    }
}
