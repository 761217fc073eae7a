package dev.glovebox.node;

import dev.glovebox.model.Names;
import dev.glovebox.node.pod.ContainerMemory;
import dev.glovebox.node.pod.ContainerState;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.OomEvidence;
import dev.glovebox.node.pod.PodMemory;
import dev.glovebox.node.pod.PodView;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// How one pod's containers ended: when containerd said so, with what they said last, and whether
/// the kernel killed them for want of memory. For one thread.
final class ContainerEnds {
    private final PodRunner runner;
    private final AnnouncedEnds announced;

    /// Ids of containers whose ends were looked into.
    private final Set<String> noted = new HashSet<>();

    /// By id, what containers that ended said.
    private final Map<String, ContainerState.Exited> said = new HashMap<>();

    /// @param logs hears of ends that are told early
    ContainerEnds(PodRunner runner, LateLogs logs) {
        this.runner = runner;
        this.announced = new AnnouncedEnds(logs);
    }

    /// Takes note of an end of any container of the node.
    void heard(PodMail.Exited end) {
        announced.heard(end);
    }

    /// Forgets what was announced.
    void forget() {
        announced.forget();
    }

    /// Containers that CRI shows running and whose ends were announced not long ago.
    List<String> late(PodView view, Instant now) {
        return announced.late(view, now);
    }

    /// The pod as CRI has it, with ends that it did not show in time, and with what containers
    /// said.
    PodView seen(Pod pod, PodView shown, Instant now) {
        announced.shown(shown);
        return new PodView(
                shown.sandboxes(),
                shown.containers().stream()
                        .map(c -> withLastWords(pod, announced.overdue(c, now)))
                        .toList());
    }

    /// The pod as CRI will show it once it shows the ends that were announced. Empty where it runs
    /// on, where the kernel may have killed for want of memory, or where last words are the log's.
    Optional<PodView> foreseen(Pod pod, PodView before, PodMemory memory) {
        return announced.foreseen(
                before,
                ended ->
                        ended.state() instanceof ContainerState.Exited exited
                                && !mayBeOutOfMemory(before, exited.exitCode())
                                && !runner.speaksByItsLog(pod, ended, exited)
                                && !evidence(pod, before, memory).concerns(ended),
                ended ->
                        ended.state() instanceof ContainerState.Exited exited
                                ? ended.with(runner.lastWords(pod, ended, exited))
                                : ended);
    }

    /// Words are read once: they go with the pod's files when it has ended.
    private ContainerView withLastWords(Pod pod, ContainerView container) {
        return container.state() instanceof ContainerState.Exited exited
                ? container.with(
                        said.computeIfAbsent(
                                container.id(), id -> runner.lastWords(pod, container, exited)))
                : container;
    }

    /// Attributes what the kernel killed for want of memory to the containers that ended since this
    /// was asked last.
    ///
    /// @return what is known of the containers that are there
    PodMemory noted(Pod pod, PodView view, PodMemory memory) {
        Set<String> ids =
                view.containers().stream().map(ContainerView::id).collect(Collectors.toSet());
        noted.retainAll(ids);
        said.keySet().retainAll(ids);
        PodMemory known = memory.only(ids);
        List<ContainerView> ended =
                view.containers().stream()
                        .filter(c -> c.state() instanceof ContainerState.Exited)
                        .filter(c -> noted.add(c.id()))
                        .toList();
        if (ended.isEmpty()) {
            return known;
        }
        OomEvidence evidence = evidence(pod, view, known);
        for (ContainerView container : ended) {
            if (container.state() instanceof ContainerState.Exited exited
                    && mayBeOutOfMemory(view, exited.exitCode())
                    && known.container(container.id()).termination().isEmpty()
                    && evidence.concerns(container)) {
                known = known.container(container.id(), ContainerMemory::outOfMemory);
            }
        }
        return known.oomKills(evidence.now());
    }

    private OomEvidence evidence(Pod pod, PodView view, PodMemory memory) {
        return new OomEvidence(memory.oomKills(), runner.oomKills(pod), view);
    }

    /// Whether that is how a container ends that the kernel killed for want of memory: under Kata
    /// its whole virtual machine was, which its shim calls 255.
    private static boolean mayBeOutOfMemory(PodView view, int exitCode) {
        return exitCode == 137
                || (exitCode == 255
                        && view.sandbox().filter(s -> s.handler().equals(Names.KATA)).isPresent());
    }
}
