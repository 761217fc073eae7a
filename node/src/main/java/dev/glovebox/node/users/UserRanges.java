package dev.glovebox.node.users;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Which pod has which range of ids, never two of them the same. One for all nodes of an engine:
/// they share the machine's ids. Any thread asks; nothing else is called under the lock but what
/// says whether a range will do.
public final class UserRanges {
    /// By the uid of the pod.
    @GuardedBy("this")
    private final Map<String, UserRange> given = new HashMap<>();

    /// Without a pod.
    public UserRanges() {}

    /// What a pod has.
    synchronized Optional<UserRange> of(String uid) {
        return Optional.ofNullable(given.get(uid));
    }

    /// Gives a pod the range that it has, else the lowest that nobody has and that will do.
    ///
    /// @return empty where there is none
    synchronized Optional<UserRange> give(String uid, Predicate<UserRange> willDo) {
        UserRange has = given.get(uid);
        if (has != null) {
            return Optional.of(has);
        }
        for (long first = UserRange.LENGTH;
                first + UserRange.LENGTH <= UserRange.END;
                first += UserRange.LENGTH) {
            UserRange range = new UserRange(first);
            if (!given.containsValue(range) && willDo.test(range)) {
                given.put(uid, range);
                return Optional.of(range);
            }
        }
        return Optional.empty();
    }

    /// Gives a pod the range that an earlier agent gave it.
    ///
    /// @return whether it has it now: not where it is another pod's, or the pod has another
    synchronized boolean giveBack(String uid, UserRange range) {
        UserRange has = given.get(uid);
        if (has != null) {
            return has.equals(range);
        }
        if (given.containsValue(range)) {
            return false;
        }
        given.put(uid, range);
        return true;
    }

    /// Takes back what a pod has, of which nothing lives any more. Idempotent.
    synchronized void take(String uid) {
        given.remove(uid);
    }
}
