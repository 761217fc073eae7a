package dev.glovebox.node;

import dev.glovebox.node.pod.ContainerState;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.PodView;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Ends of one pod's containers that containerd announced, until CRI shows them. That is some tens
/// of milliseconds later, not before the task is deleted and the log complete. For one thread.
final class AnnouncedEnds {
    /// How long CRI has to show an end before it is believed without.
    static final Duration LAG = Duration.ofSeconds(2);

    private final LateLogs logs;
    private final Map<String, PodMail.Exited> announced = new HashMap<>();

    /// Ids of those whose logs readers were told to wait for.
    private final Set<String> told = new HashSet<>();

    AnnouncedEnds(LateLogs logs) {
        this.logs = logs;
    }

    /// Takes note of an end of any container of the node.
    void heard(PodMail.Exited end) {
        announced.put(end.containerId(), end);
    }

    /// Forgets the ends that CRI shows by now, and those of other pods' containers.
    ///
    /// @param view the pod as CRI has it
    void shown(PodView view) {
        Set<String> running =
                view.running().stream().map(ContainerView::id).collect(Collectors.toSet());
        forget(id -> !running.contains(id));
    }

    /// Forgets all of them.
    void forget() {
        forget(id -> true);
    }

    private void forget(Predicate<String> which) {
        for (String id : List.copyOf(announced.keySet())) {
            if (which.test(id)) {
                announced.remove(id);
                complete(id);
            }
        }
    }

    /// The end of another pod's container was told by that pod's worker, and is not over with it.
    private void complete(String id) {
        if (told.remove(id)) {
            logs.complete(id);
        }
    }

    /// Containers that CRI shows running and whose ends were announced not long ago.
    List<String> late(PodView view, Instant now) {
        return view.running().stream()
                .map(ContainerView::id)
                .filter(id -> {
                    PodMail.Exited end = announced.get(id);
                    return end != null && !isOverdue(end, now);
                })
                .toList();
    }

    /// A container with an announced end that CRI did not show in time.
    ContainerView overdue(ContainerView container, Instant now) {
        PodMail.Exited end = announced.get(container.id());
        if (end == null || !isOverdue(end, now)) {
            return container;
        }
        complete(container.id());
        return ended(container);
    }

    /// The pod as it is once CRI shows what was announced; empty where nothing was of a container
    /// that runs in `view`. Readers of those containers' logs wait from now on.
    ///
    /// @param plain whether CRI will show nothing of such an end, the container with its code, that
    ///   is not known already
    /// @param words adds to an ended container what it said
    Optional<PodView> foreseen(
            PodView view, Predicate<ContainerView> plain, UnaryOperator<ContainerView> words) {
        List<ContainerView> ended =
                view.running().stream()
                        .filter(container -> announced.containsKey(container.id()))
                        .map(this::ended)
                        .toList();
        if (ended.isEmpty() || !ended.stream().allMatch(plain)) {
            return Optional.empty();
        }
        ended.forEach(container -> {
            told.add(container.id());
            logs.expect(container.id());
        });
        Map<String, ContainerView> byId =
                ended.stream().map(words).collect(Collectors.toMap(ContainerView::id, c -> c));
        return Optional.of(
                new PodView(
                        view.sandboxes(),
                        view.containers().stream()
                                .map(container -> byId.getOrDefault(container.id(), container))
                                .toList()));
    }

    private static boolean isOverdue(PodMail.Exited end, Instant now) {
        return !now.isBefore(end.at().plus(LAG));
    }

    /// A running container as its announced end leaves it; any other as it is.
    private ContainerView ended(ContainerView container) {
        PodMail.Exited end = announced.get(container.id());
        return end != null && container.state() instanceof ContainerState.Running(Instant startedAt)
                ? container.with(
                        new ContainerState.Exited(
                                startedAt,
                                end.at(),
                                end.exitCode(),
                                end.exitCode() == 0 ? "Completed" : "Error",
                                ""))
                : container;
    }
}
