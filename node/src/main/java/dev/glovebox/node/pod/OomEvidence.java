package dev.glovebox.node.pod;

import java.util.Map;

/// What the kernel's kills for want of memory say of a pod's containers. Pure.
///
/// @param before kills that were known of before, by the name of the cgroup right below the pod's
///   own
/// @param now those that are known of
/// @param view the pod
public record OomEvidence(Map<String, Long> before, Map<String, Long> now, PodView view) {
    /// Copies.
    public OomEvidence {
        before = Map.copyOf(before);
        now = Map.copyOf(now);
    }

    /// Whether there was a kill that may have been a container's end: in its own cgroup, or in one
    /// that is no other container's, as that of a sandbox with a kernel of its own, or the pod's.
    public boolean concerns(ContainerView container) {
        return now.entrySet().stream()
                .filter(kills -> kills.getValue() > before.getOrDefault(kills.getKey(), 0L))
                .anyMatch(kills ->
                        kills.getKey().equals(container.id()) || !isContainer(kills.getKey()));
    }

    private boolean isContainer(String cgroup) {
        return view.containers().stream().anyMatch(each -> each.id().equals(cgroup));
    }
}
