package dev.glovebox.node;

import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes what is left of pods that have ended and were not deleted, dead containers and logs,
/// when the disk fills (the kubelet's container garbage collection).
final class RecordCare {
    private static final Logger LOG = LoggerFactory.getLogger(RecordCare.class);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int LOOKS = 25;

    private final ContainerRuntime runtime;
    private final Supplier<List<Pod>> pods;
    private final BiConsumer<Pod, PodMail> tell;

    /// @param pods of the node, with their status
    /// @param tell tells a pod's worker, which alone removes anything of its pod
    RecordCare(ContainerRuntime runtime, Supplier<List<Pod>> pods, BiConsumer<Pod, PodMail> tell) {
        this.runtime = runtime;
        this.pods = pods;
        this.tell = tell;
    }

    /// Has all of them removed, and waits some seconds for it.
    void removeEnded() {
        try {
            List<Pod> ended = ended();
            ended.forEach(pod -> tell.accept(pod, new PodMail.Clear()));
            int left = ended.size();
            Pause pause = new Pause();
            for (int i = 0; i < LOOKS && left > 0 && pause.elapses(LOOK); i++) {
                left = ended().size();
            }
            LOG.atInfo()
                    .addKeyValue("pods", ended.size())
                    .addKeyValue("left", left)
                    .log("records of pods that ended are removed");
        } catch (RuntimeRefusal e) {
            LOG.atWarn().addKeyValue("cause", e.getMessage()).log("records could not be removed");
        }
    }

    /// Pods that have ended and of which the runtime has something.
    private List<Pod> ended() {
        Set<String> recorded =
                runtime.pods().stream()
                        .map(ContainerRuntime.RuntimePod::uid)
                        .collect(Collectors.toSet());
        return pods.get().stream()
                .filter(PodFacts::terminal)
                .filter(pod -> recorded.contains(PodWorkers.uid(pod)))
                .toList();
    }
}
