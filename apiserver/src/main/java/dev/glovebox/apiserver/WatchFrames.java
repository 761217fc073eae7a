package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.selectors.Selector;
import dev.glovebox.cluster.Frames;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.store.Entry;
import dev.glovebox.store.Store;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/// A watch as a stream of lines of JSON, one an event. One thread reads, any thread closes.
///
/// With a selector, an object that comes to be picked is `ADDED` and one that ceases to be is
/// `DELETED`, in the state in which it was picked last. A watch of a kind that a definition made
/// ends when that goes, or its schema changes.
final class WatchFrames implements Frames {
    private static final Duration BETWEEN_BOOKMARKS = Duration.ofMinutes(1);

    /// Before its end a watch tells how far it came, so that the next one can go on from there.
    private static final Duration LAST_BOOKMARK = Duration.ofSeconds(2);

    /// Bytes of events that are sent together, or a little more; a large event is sent alone.
    private static final int ENOUGH = LargeEvents.SMALL;

    /// How long a client may take to read the initial events, which keep a past state in memory;
    /// the watch of one that takes longer ends.
    private static final Duration READING = Duration.ofSeconds(60);

    /// How long a watch of a definition's kind may go on unknowingly when that has gone.
    private static final Duration NEXT_LOOK = Duration.ofSeconds(1);

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
    private final BooleanSupplier served;
    private final Iterator<Entry> initial;
    private final LargeEvents large;
    private final AtomicInteger taken = new AtomicInteger();
    private final Queue<Due> pending = new ArrayDeque<>();
    private boolean marksInitial;
    private Instant nextBookmark;
    private volatile boolean ended;

    /// What is to be told next.
    private sealed interface Due {
        /// Bytes of the largest object that it may have to tell.
        int size();

        /// An object that is there at the beginning, as it is told.
        record Initial(Entry told) implements Due {
            @Override
            public int size() {
                return told.value().length;
            }
        }

        /// A write.
        record Written(Store.Event event) implements Due {
            @Override
            public int size() {
                return switch (event) {
                    case Store.Event.Put(Entry entry, Optional<Entry> previous) ->
                            Math.max(
                                    entry.value().length,
                                    previous.map(old -> old.value().length).orElse(0));
                    case Store.Event.Delete(Entry last, Entry _) -> last.value().length;
                };
            }
        }
    }

    /// What a watch begins with.
    ///
    /// @param initial objects to be sent as `ADDED` before anything else, as they are told
    /// @param marksInitial whether the first bookmark says that those were all
    record Beginning(Iterator<Entry> initial, boolean marksInitial, boolean marksAtOnce) {}

    /// What all watches have together.
    record Shared(SharedEvents events, LargeEvents large) {}

    WatchFrames(
            Route route,
            ListOptions options,
            Rendering rendering,
            Shared shared,
            Store.EventStream stream,
            BooleanSupplier served,
            Beginning beginning,
            Clock clock,
            Duration length) {
        this.route = route;
        this.selector = options.selector();
        this.rendering = rendering;
        this.stream = stream;
        this.served = served;
        this.clock = clock;
        this.end = clock.instant().plus(length);
        this.initialEnd = clock.instant().plus(READING);
        this.bookmarks = options.parameters().truth("allowWatchBookmarks");
        this.events = shared.events();
        this.large = shared.large();
        this.initial = beginning.initial();
        this.marksInitial = beginning.marksInitial();
        this.nextBookmark = beginning.marksAtOnce() ? clock.instant() : earlier(BETWEEN_BOOKMARKS);
    }

    @Override
    public byte[] next(Duration patience) throws InterruptedException {
        // What was handed out last has been sent.
        giveBack();
        try {
            if (initial.hasNext() && !clock.instant().isBefore(initialEnd)) {
                ended = true;
                return NOTHING;
            }
            if (hasPending()) {
                return piece();
            }
        } catch (ApiException e) {
            return unconverted(e);
        }
        // All events up to the stream's position have been sent: it may be told.
        ByteArrayOutputStream out = new ByteArrayOutputStream();
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
        // What was written before a definition went is told before the watch ends.
        boolean over = !served.getAsBoolean();
        try {
            stream.next(over ? Duration.ZERO : least(patience, now))
                    .forEach(event -> pending.add(new Due.Written(event)));
            if (over && pending.isEmpty()) {
                ended = true;
            }
        } catch (Store.CompactedException e) {
            return failed(
                    new ApiException(
                            StatusReason.EXPIRED, "too old resource version: " + e.getMessage()));
        }
        return piece();
    }

    /// The end of a watch that cannot go on, as its client is told of it.
    private byte[] failed(ApiException e) {
        ended = true;
        return SharedEvent.line("ERROR", EncodedObject.bytes(StatusObject.of(e)));
    }

    private boolean hasPending() {
        if (pending.isEmpty() && initial.hasNext()) {
            pending.add(new Due.Initial(initial.next()));
        }
        return !pending.isEmpty();
    }

    /// The next events, or a large one alone. Others may hold the same bytes if it is only one.
    private byte[] piece() throws InterruptedException {
        if (!hasPending()) {
            return NOTHING;
        }
        if (pending.element().size() > LargeEvents.SMALL) {
            return largePiece();
        }
        byte[] first = tell(pending.remove());
        if (ended || !isSmallNext()) {
            return first;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(first);
        while (!ended && out.size() < ENOUGH && isSmallNext()) {
            out.writeBytes(tell(pending.remove()));
        }
        return out.toByteArray();
    }

    private boolean isSmallNext() {
        return hasPending() && pending.element().size() <= LargeEvents.SMALL;
    }

    /// A watch for which there is no room ends, and goes on where it was when its client opens it
    /// again.
    private byte[] largePiece() throws InterruptedException {
        int room = large.take(pending.element().size());
        if (room == 0) {
            ended = true;
            return NOTHING;
        }
        taken.set(room);
        return tell(pending.remove());
    }

    private void giveBack() {
        large.giveBack(taken.getAndSet(0));
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public void close() {
        ended = true;
        stream.close();
        giveBack();
    }

    private Duration least(Duration patience, Instant now) {
        Instant until = bookmarks && nextBookmark.isBefore(end) ? nextBookmark : end;
        Duration left = Duration.between(now, until);
        Duration most = route.kind().schema().structural() ? NEXT_LOOK : patience;
        Duration least = patience.compareTo(most) < 0 ? patience : most;
        return least.compareTo(left) < 0 ? least : left;
    }

    /// What is due as this watch sees it; nothing if it is not for it. What cannot be told, because
    /// nobody can convert it, ends the watch.
    private byte[] tell(Due due) {
        try {
            return switch (due) {
                case Due.Initial(Entry told) -> line("ADDED", told, told.revision());
                case Due.Written(Store.Event event) -> tell(event);
            };
        } catch (ApiException e) {
            return unconverted(e);
        }
    }

    private byte[] unconverted(ApiException e) {
        return failed(Refusals.internal(String.valueOf(e.getMessage())));
    }

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
        ObjectNode object = Registry.asTold(route, entry);
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

    /// After that time, or shortly before the end if that is earlier.
    private Instant earlier(Duration time) {
        Instant then = clock.instant().plus(time);
        Instant last = end.minus(LAST_BOOKMARK);
        return last.isBefore(then) ? last : then;
    }
}
