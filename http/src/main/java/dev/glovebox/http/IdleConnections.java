package dev.glovebox.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// The connections on which nothing is asked, those of strangers apart, each in the order in which
/// they fell idle. Any thread.
final class IdleConnections {
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Set<Connection> strangers = new LinkedHashSet<>();

    @GuardedBy("lock")
    private final Set<Connection> known = new LinkedHashSet<>();

    void add(Connection connection) {
        synchronized (lock) {
            (connection.known() ? known : strangers).add(connection);
        }
    }

    void remove(Connection connection) {
        synchronized (lock) {
            strangers.remove(connection);
            known.remove(connection);
        }
    }

    /// Takes out the one that can be missed most: the stranger who has been idle longest, or else
    /// the known client who has been.
    Optional<Connection> takeLeastMissed() {
        synchronized (lock) {
            return first(strangers).or(() -> first(known));
        }
    }

    private static Optional<Connection> first(Set<Connection> connections) {
        Iterator<Connection> all = connections.iterator();
        if (!all.hasNext()) {
            return Optional.empty();
        }
        Connection first = all.next();
        all.remove();
        return Optional.of(first);
    }
}
