package dev.glovebox.apiserver.record;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// What those who judge one request note for its event in the audit log, by names like
/// `authorization.k8s.io/decision`. What was noted first under a name stays. Any thread notes.
/// Source: `annotations` of `audit.k8s.io/v1` Event.
public final class Annotations {
    /// Most notes about one request; those that come later are left out.
    static final int MOST = 256;

    /// Longest note, in characters; what a client may make longer is cut.
    static final int LONGEST = 8 << 10;

    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<String, String> notes = new LinkedHashMap<>();

    /// Nothing noted yet.
    public Annotations() {}

    /// Notes something.
    ///
    /// @param name a domain, a slash and a word
    public void note(String name, String text) {
        lock.lock();
        try {
            if (notes.size() < MOST) {
                notes.putIfAbsent(name, text.substring(0, Math.min(text.length(), LONGEST)));
            }
        } finally {
            lock.unlock();
        }
    }

    /// What has been noted by now, sorted by name.
    public Map<String, String> all() {
        lock.lock();
        try {
            return new TreeMap<>(notes);
        } finally {
            lock.unlock();
        }
    }
}
