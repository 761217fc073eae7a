package dev.glovebox.apiserver.webhooks;

import java.util.concurrent.atomic.AtomicLong;

/// Counts the writes of configurations of webhooks. Safe for use by any thread.
public final class WebhookChanges {
    /// Prefix of the keys of configurations.
    public static final String PLACE = Webhooks.GROUP + "/";

    private final AtomicLong count = new AtomicLong();

    /// None yet.
    public WebhookChanges() {}

    /// Counts one more.
    public void add() {
        count.incrementAndGet();
    }

    long count() {
        return count.get();
    }
}
