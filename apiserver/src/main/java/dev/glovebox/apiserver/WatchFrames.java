package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.selectors.Selector;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.store.Entry;
import dev.glovebox.store.Store;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;

/// A watch as a stream of lines of JSON, one an event. One thread reads, any thread closes.
///
/// With a selector, an object that comes to be picked is `ADDED` and one that ceases to be is
/// `DELETED`, in the state in which it was picked last.
final class WatchFrames implements Answer.Frames {
    private static final Duration BETWEEN_BOOKMARKS = Duration.ofMinutes(1);

    /// Before its end a watch tells how far it came, so that the next one can go on from there.
    private static final Duration LAST_BOOKMARK = Duration.ofSeconds(2);

    /// Bytes of initial events that are sent together, or a little more.
    private static final int ENOUGH = 64 << 10;

    /// How long a client may take to read the initial events, which keep a past state in memory;
    /// the watch of one that takes longer ends.
    private static final Duration READING = Duration.ofSeconds(60);

    private static final byte[] NOTHING = new byte[0];

    private final Route route;
    private final Optional<Selector> selector;
    private final Rendering rendering;
    private final Clock clock;
    private final Instant end;
    private final Instant initialEnd;
    private final boolean bookmarks;
    private final byte[] head;
    private final Store.EventStream stream;
    private final Iterator<Entry> initial;
    private boolean marksInitial;
    private Instant nextBookmark;
    private volatile boolean ended;

    /// What a watch begins with.
    ///
    /// @param initial objects to be sent as `ADDED` before anything else
    /// @param marksInitial whether the first bookmark says that those were all
    record Beginning(Iterator<Entry> initial, boolean marksInitial, boolean marksAtOnce) {}

    WatchFrames(
            Route route,
            ListOptions options,
            Rendering rendering,
            Store.EventStream stream,
            Beginning beginning,
            Clock clock,
            Duration length) {
        this.route = route;
        this.selector = options.selector();
        this.rendering = rendering;
        this.stream = stream;
        this.clock = clock;
        this.end = clock.instant().plus(length);
        this.initialEnd = clock.instant().plus(READING);
        this.bookmarks = options.parameters().truth("allowWatchBookmarks");
        this.head = EncodedObject.head(route.apiVersion(), route.kind().names().kind());
        this.initial = beginning.initial();
        this.marksInitial = beginning.marksInitial();
        this.nextBookmark = beginning.marksAtOnce() ? clock.instant() : earlier(BETWEEN_BOOKMARKS);
    }

    @Override
    public byte[] next(Duration patience) throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (initial.hasNext()) {
            if (!clock.instant().isBefore(initialEnd)) {
                ended = true;
                return NOTHING;
            }
            while (initial.hasNext() && out.size() < ENOUGH) {
                Entry entry = initial.next();
                write(out, "ADDED", entry, entry.revision());
            }
            return out.toByteArray();
        }
        Instant now = clock.instant();
        if (!now.isBefore(nextBookmark)) {
            bookmark(out, now);
        }
        if (!now.isBefore(end)) {
            ended = true;
        }
        if (out.size() > 0 || ended) {
            return out.toByteArray();
        }
        try {
            stream.next(least(patience, now)).forEach(event -> tell(out, event));
        } catch (Store.CompactedException e) {
            expired(out, e);
        }
        return out.toByteArray();
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public void close() {
        ended = true;
        stream.close();
    }

    private Duration least(Duration patience, Instant now) {
        Instant until = bookmarks && nextBookmark.isBefore(end) ? nextBookmark : end;
        Duration left = Duration.between(now, until);
        return patience.compareTo(left) < 0 ? patience : left;
    }

    private void tell(ByteArrayOutputStream out, Store.Event event) {
        switch (event) {
            case Store.Event.Put(Entry entry, Optional<Entry> previous) -> {
                boolean before = previous.isPresent() && picks(previous.get());
                boolean now = picks(entry);
                if (now) {
                    write(out, before ? "MODIFIED" : "ADDED", entry, entry.revision());
                } else if (before) {
                    write(out, "DELETED", previous.orElseThrow(), entry.revision());
                }
            }
            case Store.Event.Delete(Entry last, Entry previous) -> {
                if (picks(previous)) {
                    write(out, "DELETED", last, last.revision());
                }
            }
        }
    }

    private boolean picks(Entry entry) {
        return selector.isEmpty() || selector.get().matches(Registry.decode(route, entry));
    }

    private void write(ByteArrayOutputStream out, String type, Entry entry, long revision) {
        begin(out, type);
        if (rendering.plain()) {
            out.writeBytes(EncodedObject.told(head, Registry.told(route, entry), revision));
        } else {
            ObjectNode object = Registry.decode(route, entry);
            ((ObjectNode) object.path("metadata")).put("resourceVersion", Long.toString(revision));
            out.writeBytes(EncodedObject.bytes(rendering.object(object)));
        }
        out.writeBytes(new byte[] {'}', '\n'});
    }

    private void bookmark(ByteArrayOutputStream out, Instant now) {
        boolean last = !now.isBefore(end.minus(LAST_BOOKMARK));
        nextBookmark = last ? Instant.MAX : earlier(BETWEEN_BOOKMARKS);
        if (!bookmarks) {
            return;
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("kind", route.kind().names().kind()).put("apiVersion", route.apiVersion());
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("resourceVersion", Long.toString(stream.progress()));
        if (marksInitial) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
            marksInitial = false;
        }
        event(out, "BOOKMARK", rendering.object(object));
    }

    private void expired(ByteArrayOutputStream out, Store.CompactedException e) {
        ended = true;
        ApiException refusal =
                new ApiException(
                        StatusReason.EXPIRED, "too old resource version: " + e.getMessage());
        event(out, "ERROR", StatusObject.of(refusal));
    }

    private static void event(ByteArrayOutputStream out, String type, JsonNode object) {
        begin(out, type);
        out.writeBytes(EncodedObject.bytes(object));
        out.writeBytes(new byte[] {'}', '\n'});
    }

    private static void begin(ByteArrayOutputStream out, String type) {
        out.writeBytes(("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.UTF_8));
    }

    /// After that time, or shortly before the end if that is earlier.
    private Instant earlier(Duration time) {
        Instant then = clock.instant().plus(time);
        Instant last = end.minus(LAST_BOOKMARK);
        return last.isBefore(then) ? last : then;
    }
}
