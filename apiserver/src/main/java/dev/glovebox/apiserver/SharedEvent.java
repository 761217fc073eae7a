package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.store.Entry;
import dev.glovebox.store.Store;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One event as watches of one kind and version see it. What several threads make at once is the
/// same, and one of them is kept. What it returns is shared and must be left alone.
final class SharedEvent {
    private static final byte[] END = {'}', '\n'};

    private final Registry registry;
    private final Route route;
    private final Store.Event event;
    private volatile @Nullable ObjectNode now;
    private volatile @Nullable ObjectNode before;
    private volatile @Nullable Frame told;

    private record Frame(String type, byte[] line) {}

    SharedEvent(Registry registry, Route route, Store.Event event) {
        this.registry = registry;
        this.route = route;
        this.event = event;
    }

    /// Whether this is the very event, not one like it, of a kind that has not been defined anew.
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(Route other, Store.Event same) {
        return event == same
                && route.kind() == other.kind()
                && route.version().equals(other.version());
    }

    /// Bytes of the state that it tells.
    int size() {
        return entry().value().length;
    }

    private Entry entry() {
        return switch (event) {
            case Store.Event.Put put -> put.entry();
            case Store.Event.Delete delete -> delete.lastState();
        };
    }

    /// The object that was written, or the last state of what was removed.
    ObjectNode object() {
        ObjectNode read = now;
        if (read == null) {
            read = object(entry());
            now = read;
        }
        return read;
    }

    /// The object before, where there was one.
    ObjectNode objectBefore() {
        ObjectNode read = before;
        if (read == null) {
            read = object(event.previous().orElseThrow());
            before = read;
        }
        return read;
    }

    private ObjectNode object(Entry entry) {
        return Registry.asTold(route, registry.shared(route, entry));
    }

    /// The event as a line of JSON, of the whole object.
    ///
    /// @param type for example `ADDED`; with `DELETED`, an object that was not removed is told in
    ///   the state before
    byte[] line(String type) {
        Frame kept = told;
        if (kept == null || !kept.type().equals(type)) {
            kept = new Frame(type, line(route, type, state(type), event.revision()));
            told = kept;
        }
        return kept.line();
    }

    /// What an event of that type tells, as it is told.
    ///
    /// @throws dev.glovebox.model.ApiException when it cannot be converted
    Entry state(String type) {
        boolean hidden = type.equals("DELETED") && event instanceof Store.Event.Put;
        return registry.shared(route, hidden ? event.previous().orElseThrow() : entry());
    }

    /// An event as a line of JSON, of the whole object.
    ///
    /// @param entry as it is told
    static byte[] line(Route route, String type, Entry entry, long revision) {
        byte[] head = EncodedObject.head(route.apiVersion(), route.kind().names().kind());
        return line(type, EncodedObject.told(head, entry, revision));
    }

    /// An event as a line of JSON.
    static byte[] line(String type, byte[] object) {
        byte[] start = ("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.UTF_8);
        byte[] line = new byte[start.length + object.length + END.length];
        System.arraycopy(start, 0, line, 0, start.length);
        System.arraycopy(object, 0, line, start.length, object.length);
        System.arraycopy(END, 0, line, start.length + object.length, END.length);
        return line;
    }
}
