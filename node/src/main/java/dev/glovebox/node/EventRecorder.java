package dev.glovebox.node;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells users what happened to their pods. Never blocks whoever records; one thread writes. The
/// same thing said again counts up instead of being said twice.
final class EventRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final int MOST_WAITING = 2000;
    private static final int MOST_REMEMBERED = 1000;

    private final Cluster cluster;
    private final String node;
    private final Clock clock;
    private final LinkedBlockingQueue<Message> queue = new LinkedBlockingQueue<>(MOST_WAITING);
    private final Map<Message, Counted> known =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Message, Counted> eldest) {
                    return size() > MOST_REMEMBERED;
                }
            };
    private final Thread thread;

    EventRecorder(Cluster cluster, String node, Clock clock) {
        this.cluster = cluster;
        this.node = node;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("events").unstarted(this::write);
    }

    void start() {
        thread.start();
    }

    /// Something that went as it should.
    void normal(Pod pod, String container, String reason, String message) {
        record(pod, container, "Normal", reason, message);
    }

    /// Something that did not.
    void warning(Pod pod, String container, String reason, String message) {
        record(pod, container, "Warning", reason, message);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void record(Pod pod, String container, String type, String reason, String message) {
        ObjectReference about = new ObjectReference();
        about.setApiVersion("v1");
        about.setKind("Pod");
        about.setNamespace(pod.getMetadata().getNamespace());
        about.setName(pod.getMetadata().getName());
        about.setUid(pod.getMetadata().getUid());
        if (!container.isEmpty()) {
            about.setFieldPath("spec.containers{" + container + "}");
        }
        if (!queue.offer(new Message(about, type, reason, message))) {
            LOG.atWarn().addKeyValue("reason", reason).log("too many events wait; one is lost");
        }
    }

    private record Message(ObjectReference about, String type, String reason, String message) {}

    private record Counted(String name, int count) {}

    private void write() {
        try {
            while (true) {
                Message entry = queue.take();
                try {
                    write(entry);
                } catch (ApiException e) {
                    LOG.atWarn()
                            .addKeyValue("reason", entry.reason())
                            .addKeyValue("pod", entry.about().getName())
                            .addKeyValue("cause", e.getMessage())
                            .log("an event could not be written");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Message entry) {
        Counted counted = known.get(entry);
        Instant now = clock.instant();
        if (counted != null) {
            try {
                count(entry, counted, now);
                return;
            } catch (ApiException e) {
                if (e.reason() != StatusReason.NOT_FOUND) {
                    throw e;
                }
            }
        }
        String name = entry.about().getName() + "." + Long.toHexString(nanos(now));
        cluster.create(Resource.EVENTS, event(entry, name, now));
        known.put(entry, new Counted(name, 1));
    }

    private void count(Message entry, Counted counted, Instant now) {
        String patch =
                "{\"count\":%d,\"lastTimestamp\":\"%s\"}"
                        .formatted(counted.count() + 1, seconds(now));
        cluster.patch(
                Resource.EVENTS,
                new ObjectKey(entry.about().getNamespace(), counted.name()),
                new Patch.Merge(patch),
                "");
        known.put(entry, new Counted(counted.name(), counted.count() + 1));
    }

    private Event event(Message entry, String name, Instant now) {
        return new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(entry.about().getNamespace())
                .endMetadata()
                .withInvolvedObject(entry.about())
                .withType(entry.type())
                .withReason(entry.reason())
                .withMessage(shortened(entry.message()))
                .withNewSource()
                .withComponent("glovebox")
                .withHost(node)
                .endSource()
                .withReportingComponent("glovebox")
                .withReportingInstance(node)
                .withFirstTimestamp(seconds(now))
                .withLastTimestamp(seconds(now))
                .withCount(1)
                .build();
    }

    private static String shortened(String message) {
        return message.length() <= 1024 ? message : message.substring(0, 1021) + "...";
    }

    private static String seconds(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static long nanos(Instant now) {
        return now.getEpochSecond() * 1_000_000_000L + now.getNano() + System.nanoTime() % 1000;
    }
}
