package dev.glovebox.node.pod;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Everything of one pod that is in the runtime.
public record PodView(List<SandboxView> sandboxes, List<ContainerView> containers) {
    /// A pod of which nothing is in the runtime.
    public static final PodView NONE = new PodView(List.of(), List.of());

    /// Copies.
    public PodView {
        sandboxes = List.copyOf(sandboxes);
        containers = List.copyOf(containers);
    }

    /// The newest sandbox.
    public Optional<SandboxView> sandbox() {
        return sandboxes.stream().max(Comparator.comparingInt(SandboxView::attempt));
    }

    /// The newest container of that name.
    public Optional<ContainerView> latest(String name) {
        return named(name).max(Comparator.comparingInt(ContainerView::attempt));
    }

    /// The container of that name before the newest.
    public Optional<ContainerView> previous(String name) {
        return named(name)
                .sorted(Comparator.comparingInt(ContainerView::attempt).reversed())
                .skip(1)
                .findFirst();
    }

    /// Containers whose first process lives.
    public List<ContainerView> running() {
        return containers.stream()
                .filter(c -> c.state() instanceof ContainerState.Running)
                .toList();
    }

    private Stream<ContainerView> named(String name) {
        return containers.stream().filter(c -> c.name().equals(name));
    }
}
