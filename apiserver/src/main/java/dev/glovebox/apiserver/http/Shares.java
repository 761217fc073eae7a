package dev.glovebox.apiserver.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Something that there is a bounded amount of, and of which no user gets more than a part, so that
/// one cannot take it from all others. Administrators may have all of it. Any thread.
final class Shares {
    private final int most;
    private final int mostOfOne;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition returned = lock.newCondition();

    @GuardedBy("lock")
    private final Map<String, Integer> taken = new HashMap<>();

    @GuardedBy("lock")
    private int all;

    /// @param most for all users together
    /// @param mostOfOne for one of them
    Shares(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /// What a user has taken, until it is closed.
    interface Share extends AutoCloseable {
        @Override
        void close();
    }

    /// Takes an amount, if need be after a wait.
    ///
    /// @param amount at most what one user may have
    /// @throws ApiException reason `TooManyRequests` when there is not so much left in time
    Share take(User user, int amount, Duration patience) {
        boolean exempt = user.groups().contains(User.MASTERS);
        String name = user.name();
        lock.lock();
        try {
            long nanos = patience.toNanos();
            while (all + amount > most
                    || (!exempt && taken.getOrDefault(name, 0) + amount > mostOfOne)) {
                if (nanos <= 0) {
                    throw tooMany();
                }
                nanos = returned.awaitNanos(nanos);
            }
            all += amount;
            taken.merge(name, amount, Integer::sum);
            return () -> giveBack(name, amount);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw tooMany();
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(String name, int amount) {
        lock.lock();
        try {
            all -= amount;
            int left = taken.getOrDefault(name, 0) - amount;
            if (left > 0) {
                taken.put(name, left);
            } else {
                taken.remove(name);
            }
            returned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static ApiException tooMany() {
        return new ApiException(
                StatusReason.TOO_MANY_REQUESTS, "Too many requests, please try again later.");
    }
}
