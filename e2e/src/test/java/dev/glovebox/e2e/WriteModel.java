package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a store must hold, from what its clients asked for and what was acknowledged: the test's
/// own memory, which no kill of the engine touches. One writer a key, so that a key has one write
/// in doubt at most.
final class WriteModel {
    private final Map<String, Key> keys = new TreeMap<>();

    /// A change of one key, as a watcher sees it.
    ///
    /// @param value of the object; for a removal its last one
    /// @param revision empty while nobody has told it
    record Effect(Kind kind, String value, Optional<Long> revision) {}

    /// As watch events are called.
    enum Kind {
        ADDED,
        MODIFIED,
        DELETED
    }

    private static final class Key {
        private final List<Effect> effects = new ArrayList<>();
        private Optional<Effect> doubtful = Optional.empty();

        Optional<Effect> last() {
            return effects.isEmpty() ? Optional.empty() : Optional.of(effects.getLast());
        }
    }

    private Key key(String name) {
        return keys.computeIfAbsent(name, _ -> new Key());
    }

    /// The value that a key has now; empty if it has none.
    synchronized Optional<String> value(String name) {
        return key(name).last().filter(effect -> effect.kind() != Kind.DELETED).map(Effect::value);
    }

    /// Before a request is sent: whether it will happen is in doubt from now on.
    synchronized void ask(String name, Kind kind, String value) {
        key(name).doubtful = Optional.of(new Effect(kind, value, Optional.empty()));
    }

    /// The request that was asked last has happened, at that revision.
    synchronized void acknowledge(String name, Optional<Long> revision) {
        settle(name, revision);
    }

    private void settle(String name, Optional<Long> revision) {
        var key = key(name);
        var effect = key.doubtful.orElseThrow();
        key.effects.add(new Effect(effect.kind(), effect.value(), revision));
        key.doubtful = Optional.empty();
    }

    /// Compares what the store says after a restart, and takes over what it says of writes that
    /// nobody acknowledged: they happened wholly or not at all.
    ///
    /// @param stored value by key
    synchronized void judge(Map<String, String> stored) {
        assertThat(keys.keySet()).containsAll(stored.keySet());
        for (var name : List.copyOf(keys.keySet())) {
            var now = Optional.ofNullable(stored.get(name));
            var key = key(name);
            if (key.doubtful.isPresent() && !now.equals(value(name))) {
                var wanted = key.doubtful.get();
                assertThat(now)
                        .as("%s after %s was asked for", name, wanted)
                        .isEqualTo(
                                wanted.kind() == Kind.DELETED
                                        ? Optional.empty()
                                        : Optional.of(wanted.value()));
                settle(name, Optional.empty());
            }
            key.doubtful = Optional.empty();
            assertThat(now).as("%s, last written: %s", name, key.last()).isEqualTo(value(name));
        }
    }

    /// Compares the whole history that a watcher saw, key by key.
    synchronized void judgeHistory(Map<String, List<Effect>> seen) {
        for (var entry : keys.entrySet()) {
            var wanted = entry.getValue().effects;
            var got = seen.getOrDefault(entry.getKey(), List.of());
            assertThat(got.stream().map(WriteModel::withoutRevision).toList())
                    .as("events of %s", entry.getKey())
                    .isEqualTo(wanted.stream().map(WriteModel::withoutRevision).toList());
            for (var i = 0; i < wanted.size(); i++) {
                var revision = wanted.get(i).revision();
                if (revision.isPresent()) {
                    assertThat(got.get(i).revision()).as(entry.getKey()).isEqualTo(revision);
                }
            }
        }
        assertThat(keys.keySet()).containsAll(seen.keySet());
    }

    private static Effect withoutRevision(Effect effect) {
        return new Effect(effect.kind(), effect.value(), Optional.empty());
    }

    /// How many writes have happened.
    synchronized int size() {
        return keys.values().stream().mapToInt(key -> key.effects.size()).sum();
    }
}
