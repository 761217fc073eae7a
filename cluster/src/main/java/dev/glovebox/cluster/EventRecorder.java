package dev.glovebox.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells users by events what happened to objects. Never blocks whoever records; one thread writes.
/// The same thing said again counts up instead of being said twice, and so does what has been said
/// in many wordings: who fails again and again has one event that says so.
public final class EventRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final int MOST_WAITING = 2000;
    private static final int MOST_REMEMBERED = 1000;

    /// Different messages about one object and reason before they are taken together.
    private static final int MOST_WORDINGS = 10;

    private final Cluster cluster;
    private final String component;
    private final String host;
    private final Clock clock;
    private final LinkedBlockingQueue<Message> queue = new LinkedBlockingQueue<>(MOST_WAITING);

    /// What was said, and in how many wordings; the thread's own.
    private final Map<Message, Counted> known = remembering();

    private final Map<Message, Integer> wordings = remembering();

    /// What the last name ended with; the thread's own.
    private long lastSuffix;

    private final Thread thread;

    private EventRecorder(Cluster cluster, String component, String host, Clock clock) {
        this.cluster = cluster;
        this.component = component;
        this.host = host;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("events-" + component).unstarted(this::write);
    }

    /// Begins to write.
    ///
    /// @param component who says it, for example `deployment-controller`
    /// @param host the node on which that happens; empty for none
    public static EventRecorder start(Cluster cluster, String component, String host, Clock clock) {
        EventRecorder recorder = new EventRecorder(cluster, component, host, clock);
        recorder.thread.start();
        return recorder;
    }

    /// How an event refers to an object.
    public static ObjectReference about(HasMetadata object) {
        ObjectReference about = new ObjectReference();
        about.setApiVersion(object.getApiVersion());
        about.setKind(object.getKind());
        about.setNamespace(object.getMetadata().getNamespace());
        about.setName(object.getMetadata().getName());
        about.setUid(object.getMetadata().getUid());
        return about;
    }

    /// Something that went as it should.
    public void normal(ObjectReference about, String reason, String message) {
        record(new Message(about, "Normal", reason, message));
    }

    /// Something that did not.
    public void warning(ObjectReference about, String reason, String message) {
        record(new Message(about, "Warning", reason, message));
    }

    /// Stops; what still waits is lost.
    @Override
    public void close() {
        thread.interrupt();
    }

    private void record(Message message) {
        if (!queue.offer(message)) {
            LOG.atWarn()
                    .addKeyValue("reason", message.reason())
                    .log("Too many events wait; one is lost");
        }
    }

    private record Message(ObjectReference about, String type, String reason, String message) {
        Message taken(String words) {
            return new Message(about, type, reason, words);
        }
    }

    private record Counted(String name, int count) {}

    private static <V> Map<Message, V> remembering() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Message, V> eldest) {
                return size() > MOST_REMEMBERED;
            }
        };
    }

    private void write() {
        try {
            while (true) {
                Message entry = queue.take();
                try {
                    write(entry);
                } catch (ApiException e) {
                    LOG.atWarn()
                            .addKeyValue("reason", entry.reason())
                            .addKeyValue("object", entry.about().getName())
                            .addKeyValue("cause", e.getMessage())
                            .log("An event could not be written");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Message entry) {
        boolean again = known.containsKey(entry);
        int different = again ? 0 : wordings.merge(entry.taken(""), 1, Integer::sum);
        if (different > MOST_WORDINGS) {
            say(entry.taken(""), "(combined from similar events): " + entry.message());
        } else {
            say(entry, entry.message());
        }
    }

    /// @param entry under which it is counted
    private void say(Message entry, String words) {
        Counted counted = known.get(entry);
        Instant now = clock.instant();
        if (counted != null) {
            try {
                count(entry, words, counted, now);
                return;
            } catch (ApiException e) {
                if (e.reason() != StatusReason.NOT_FOUND) {
                    throw e;
                }
            }
        }
        String name = entry.about().getName() + "." + Long.toHexString(suffix(now));
        cluster.create(Resource.EVENTS, event(entry.taken(words), name, now));
        known.put(entry, new Counted(name, 1));
    }

    private void count(Message entry, String words, Counted counted, Instant now) {
        ObjectNode change =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("count", counted.count() + 1)
                        .put("lastTimestamp", seconds(now))
                        .put("message", shortened(words));
        cluster.patch(
                Resource.EVENTS,
                new ObjectKey(namespace(entry.about()), counted.name()),
                Patch.merge(change),
                "");
        known.put(entry, new Counted(counted.name(), counted.count() + 1));
    }

    private Event event(Message entry, String name, Instant now) {
        return new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace(entry.about()))
                .endMetadata()
                .withInvolvedObject(entry.about())
                .withType(entry.type())
                .withReason(entry.reason())
                .withMessage(shortened(entry.message()))
                .withNewSource()
                .withComponent(component)
                .withHost(host.isEmpty() ? null : host)
                .endSource()
                .withReportingComponent(component)
                .withReportingInstance(host)
                .withFirstTimestamp(seconds(now))
                .withLastTimestamp(seconds(now))
                .withCount(1)
                .build();
    }

    /// Events about what lives in no namespace are in `default`.
    private static String namespace(ObjectReference about) {
        return about.getNamespace() == null ? "default" : about.getNamespace();
    }

    private static String shortened(String message) {
        return message.length() <= 1024 ? message : message.substring(0, 1021) + "...";
    }

    private static String seconds(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /// Nanoseconds since the epoch, as in client-go's names, and never the same twice.
    private long suffix(Instant now) {
        long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
        lastSuffix = Math.max(lastSuffix + 1, nanos);
        return lastSuffix;
    }
}
