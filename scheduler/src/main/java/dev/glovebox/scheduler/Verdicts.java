package dev.glovebox.scheduler;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Resource;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells users what was decided: the pod's condition `PodScheduled` and the events `Scheduled` and
/// `FailedScheduling`, as kube-scheduler writes them. What was already said is not said again.
final class Verdicts {
    private static final Logger LOG = LoggerFactory.getLogger(Verdicts.class);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final Cluster cluster;
    private final Clock clock;

    /// The last message about each pod that fits nowhere, by uid.
    private final Map<String, String> said = new ConcurrentHashMap<>();

    private final AtomicLong lastSuffix = new AtomicLong();

    Verdicts(Cluster cluster, Clock clock) {
        this.cluster = cluster;
        this.clock = clock;
    }

    /// Says that a pod fits nowhere; false if it was said before.
    ///
    /// @param nominated the node that is being freed for it; empty if none is
    boolean unschedulable(Pod pod, String message, String nominated) {
        boolean moved = !Snapshot.nomination(pod).equals(nominated);
        if (message.equals(said.get(pod.getMetadata().getUid())) && !moved) {
            return false;
        }
        if (moved || !isInStatus(pod, message)) {
            Patch patch = condition(pod, message, nominated);
            cluster.patch(Resource.PODS, ObjectKey.of(pod), patch, "status");
        }
        record(pod, "Warning", "FailedScheduling", "Scheduling", message);
        said.put(pod.getMetadata().getUid(), message);
        return true;
    }

    /// Says of a pod that fits nowhere that it is for its RuntimeClass, or what it selects itself.
    void noNodeForClass(Pod pod) {
        String selected =
                new TreeMap<>(pod.getSpec().getNodeSelector())
                        .entrySet().stream()
                                .map(label -> label.getKey() + "=" + label.getValue())
                                .collect(Collectors.joining(","));
        tell(
                pod,
                "Warning",
                "FailedScheduling",
                "Scheduling",
                "no node has the labels that RuntimeClass \"%s\" and the pod select: %s"
                        .formatted(pod.getSpec().getRuntimeClassName(), selected));
    }

    /// Says that a pod was assigned. The binding is done: a failure to say so is only logged.
    void assigned(Pod pod, String node) {
        said.remove(pod.getMetadata().getUid());
        ObjectKey key = ObjectKey.of(pod);
        tell(
                pod,
                "Normal",
                "Scheduled",
                "Binding",
                "Successfully assigned %s/%s to %s".formatted(key.namespace(), key.name(), node));
    }

    /// Says that a pod has to leave for a more important one. It is on its way: a failure to say so
    /// is only logged.
    void preempted(Pod victim, Pod preemptor, String node) {
        tell(
                victim,
                "Normal",
                "Preempted",
                "Preempting",
                "Preempted by pod %s on node %s".formatted(preemptor.getMetadata().getUid(), node));
    }

    private void tell(Pod pod, String type, String reason, String action, String message) {
        try {
            record(pod, type, reason, action, message);
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("namespace", pod.getMetadata().getNamespace())
                    .addKeyValue("pod", pod.getMetadata().getName())
                    .setCause(e)
                    .log("Event was not recorded");
        }
    }

    /// Forgets pods that are gone.
    void forget(Collection<Pod> pods) {
        pods.forEach(pod -> said.remove(pod.getMetadata().getUid()));
    }

    private static boolean isInStatus(Pod pod, String message) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                condition.getType().equals("PodScheduled")
                                        && condition.getStatus().equals("False")
                                        && "Unschedulable".equals(condition.getReason())
                                        && message.equals(condition.getMessage()));
    }

    private Patch condition(Pod pod, String message, String nominated) {
        return new Patch.StrategicMerge(
                """
                {"metadata":{"uid":"%s"},"status":{"nominatedNodeName":%s,"conditions":[{"type":"PodScheduled",\
                "status":"False","reason":"Unschedulable","message":"%s",\
                "lastProbeTime":null,"lastTransitionTime":"%s"}]}}\
                """
                        .formatted(
                                pod.getMetadata().getUid(),
                                nominated.isEmpty() ? "null" : '"' + nominated + '"',
                                String.valueOf(
                                        JsonStringEncoder.getInstance().quoteAsString(message)),
                                transition(pod)));
    }

    /// When the pod became unschedulable: now, unless it already was.
    private String transition(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("PodScheduled"))
                .filter(condition -> condition.getStatus().equals("False"))
                .map(PodCondition::getLastTransitionTime)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private void record(Pod pod, String type, String reason, String action, String message) {
        Instant now = clock.instant();
        ObjectKey key = ObjectKey.of(pod);
        Event event =
                new EventBuilder()
                        .withNewMetadata()
                        .withNamespace(key.namespace())
                        .withName(key.name() + "." + Long.toHexString(suffix(now)))
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withNamespace(key.namespace())
                        .withName(key.name())
                        .withUid(pod.getMetadata().getUid())
                        .withResourceVersion(pod.getMetadata().getResourceVersion())
                        .endInvolvedObject()
                        .withType(type)
                        .withReason(reason)
                        .withAction(action)
                        .withMessage(message)
                        .withEventTime(new MicroTime(MICROS.format(now)))
                        .withReportingComponent(Scheduler.NAME)
                        .withReportingInstance(Scheduler.NAME)
                        .build();
        cluster.create(Resource.EVENTS, event);
    }

    /// Nanoseconds since the epoch, as in kube-scheduler's names, and never the same twice.
    private long suffix(Instant now) {
        long nanos = ChronoUnit.NANOS.between(Instant.EPOCH, now);
        return lastSuffix.updateAndGet(last -> Math.max(last + 1, nanos));
    }
}
