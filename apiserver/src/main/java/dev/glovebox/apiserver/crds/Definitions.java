package dev.glovebox.apiserver.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.ServedKinds;
import dev.glovebox.store.Entry;
import dev.glovebox.store.Store;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns the stored definitions into kinds that are served. All that it knows it reads from the
/// store, so that a stop at any moment leaves nothing half done: what was decided is in the store,
/// and what was not is decided at the next start.
///
/// Concurrency: `lock` lets one thread at a time decide; it is held while the store is read and
/// written, and no other lock is taken under it but the store's own. Whoever writes a definition
/// holds the one of [ServedKinds] before it.
public final class Definitions {
    /// Prefix of the keys of definitions.
    public static final String PLACE =
            CustomResourceDefinitions.GROUP + "/" + CustomResourceDefinitions.PLURAL + "/";

    private static final Logger LOG = LoggerFactory.getLogger(Definitions.class);

    private final Store store;
    private final ServedKinds served;
    private final DefinedKinds kinds;
    private final Form form;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<String, Known> known = new HashMap<>();

    /// How objects are kept.
    public interface Form {
        /// The definition of an entry.
        ObjectNode decode(Entry entry);

        /// The bytes of a definition.
        byte[] encode(ObjectNode definition);
    }

    /// What was made of a definition.
    ///
    /// @param of the parts of it that kinds are made of
    private record Known(JsonNode of, List<Kind> kinds) {}

    /// Definitions that were read before.
    @GuardedBy("lock")
    private Map<String, Decoded> decoded = Map.of();

    private record Decoded(long revision, ObjectNode definition) {}

    /// @param store in which a status can be written without being told of it here
    public Definitions(
            Store store, ServedKinds served, DefinedKinds kinds, Form form, Clock clock) {
        this.store = store;
        this.served = served;
        this.kinds = kinds;
        this.form = form;
        this.clock = clock;
    }

    /// Writes a definition, after which its kinds are served; no object of any definition's kind is
    /// made meanwhile.
    Store.WriteResult changed(Supplier<Store.WriteResult> write) {
        return served.changing(() -> {
            Store.WriteResult result = write.get();
            if (result instanceof Store.WriteResult.Written) {
                settle();
            }
            return result;
        });
    }

    /// Decides the status of all definitions and serves their kinds from now on.
    public void settle() {
        lock.lock();
        try {
            serve(decide());
        } finally {
            lock.unlock();
        }
    }

    /// Whose definition was made first has its names first.
    @GuardedBy("lock")
    private List<ObjectNode> decide() {
        while (true) {
            List<Entry> entries = new ArrayList<>(store.list(PLACE, "", 0).entries());
            entries.sort(Comparator.comparingLong(Entry::createRevision));
            Map<String, ObjectNode> definitions = new LinkedHashMap<>();
            Map<String, Decoded> now = new HashMap<>();
            for (Entry entry : entries) {
                Decoded read = decoded.get(entry.key());
                if (read == null || read.revision() != entry.revision()) {
                    read = new Decoded(entry.revision(), form.decode(entry));
                }
                now.put(entry.key(), read);
                definitions.put(entry.key(), read.definition());
            }
            decoded = now;
            if (entries.stream().allMatch(entry -> isDecided(entry, definitions))) {
                return List.copyOf(definitions.values());
            }
        }
    }

    /// Whether the status was written, if there was anything to write.
    private boolean isDecided(Entry entry, Map<String, ObjectNode> definitions) {
        ObjectNode now = Objects.requireNonNull(definitions.get(entry.key()), "definition");
        ObjectNode decided = NamesDecision.decided(now, definitions.values(), clock.instant());
        if (decided.equals(now)) {
            return true;
        }
        definitions.put(entry.key(), decided);
        return store.put(entry.key(), entry.revision(), form.encode(decided))
                instanceof Store.WriteResult.Written;
    }

    @GuardedBy("lock")
    private void serve(List<ObjectNode> definitions) {
        Map<String, Known> next = new HashMap<>();
        List<Kind> all = new ArrayList<>();
        for (ObjectNode definition : definitions) {
            if (!Conditions.isTrue(definition, "Established")) {
                continue;
            }
            String name = definition.path("metadata").path("name").asText();
            JsonNode of = DefinedKinds.essence(definition);
            Known before = known.get(name);
            Known made =
                    before != null && before.of().equals(of)
                            ? before
                            : new Known(of, make(name, definition));
            next.put(name, made);
            all.addAll(made.kinds());
        }
        known.clear();
        known.putAll(next);
        all.sort(
                Comparator.comparing(Kind::group)
                        .thenComparing(Kind::version, DefinitionVersion.PREFERRED_FIRST)
                        .thenComparing(kind -> kind.names().plural()));
        served.add(all);
    }

    /// A definition that was once accepted and cannot be understood any more must not keep the
    /// others from being served; it is not, until it is mended.
    private List<Kind> make(String name, ObjectNode definition) {
        try {
            return kinds.of(definition);
        } catch (IllegalArgumentException e) {
            LOG.atError()
                    .addKeyValue("definition", name)
                    .setCause(e)
                    .log("A CustomResourceDefinition cannot be served");
            return List.of();
        }
    }
}
