package dev.glovebox.http;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Closes a connection on which nothing is asked: soon if nothing ever was, later if it has been of
/// use. Confined to the connection's event loop, which its HTTP/2 streams share.
final class IdleTimer {
    private final Channel connection;
    private final Duration patience;
    private Future<?> closing;
    private int exchanges;

    IdleTimer(Channel connection, HttpSettings.Limits limits) {
        this.connection = connection;
        this.patience = limits.idle();
        this.closing = closeAfter(limits.request());
    }

    private Future<?> closeAfter(Duration time) {
        return connection
                .eventLoop()
                .schedule(() -> Closing.soon(connection), time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// An exchange begins.
    void begin() {
        exchanges++;
        closing.cancel(false);
    }

    /// An exchange that began is over.
    void end() {
        exchanges--;
        if (exchanges == 0 && connection.isActive()) {
            closing = closeAfter(patience);
        }
    }
}
