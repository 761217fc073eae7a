package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.selectors.Selector;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.store.Entry;
import dev.glovebox.store.Store;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
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
    private final SharedEvents events;
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
            SharedEvents events,
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
        this.events = events;
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
                out.writeBytes(line("ADDED", entry, entry.revision()));
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
            List<Store.Event> news = stream.next(least(patience, now));
            if (news.size() == 1) {
                return tell(news.getFirst());
            }
            news.forEach(event -> out.writeBytes(tell(event)));
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

    /// The event as this watch sees it; nothing if it is not for it.
    private byte[] tell(Store.Event event) {
        SharedEvent shared = events.of(route, event);
        boolean before = event.previous().isPresent() && pickedBefore(shared);
        boolean now = event instanceof Store.Event.Put && picked(shared);
        String type = now ? before ? "MODIFIED" : "ADDED" : before ? "DELETED" : "";
        if (type.isEmpty()) {
            return NOTHING;
        }
        return rendering.plain()
                ? shared.line(type)
                : line(type, shared.state(type), event.revision());
    }

    private boolean picked(SharedEvent event) {
        return selector.isEmpty() || selector.get().matches(event.object());
    }

    private boolean pickedBefore(SharedEvent event) {
        return selector.isEmpty() || selector.get().matches(event.objectBefore());
    }

    private byte[] line(String type, Entry entry, long revision) {
        if (rendering.plain()) {
            return SharedEvent.line(route, type, entry, revision);
        }
        ObjectNode object = Registry.decode(route, entry);
        ((ObjectNode) object.path("metadata")).put("resourceVersion", Long.toString(revision));
        return SharedEvent.line(type, EncodedObject.bytes(rendering.object(object)));
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
        out.writeBytes(SharedEvent.line("BOOKMARK", EncodedObject.bytes(rendering.object(object))));
    }

    private void expired(ByteArrayOutputStream out, Store.CompactedException e) {
        ended = true;
        ApiException refusal =
                new ApiException(
                        StatusReason.EXPIRED, "too old resource version: " + e.getMessage());
        out.writeBytes(SharedEvent.line("ERROR", EncodedObject.bytes(StatusObject.of(refusal))));
    }

    /// After that time, or shortly before the end if that is earlier.
    private Instant earlier(Duration time) {
        Instant then = clock.instant().plus(time);
        Instant last = end.minus(LAST_BOOKMARK);
        return last.isBefore(then) ? last : then;
    }
}
