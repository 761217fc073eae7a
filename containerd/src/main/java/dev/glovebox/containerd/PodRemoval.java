package dev.glovebox.containerd;

import dev.glovebox.cri.ContainerFilter;
import dev.glovebox.cri.PodSandbox;
import dev.glovebox.cri.PodSandboxFilter;
import java.util.ArrayList;
import java.util.List;

/// Removal of everything that runs in a containerd of ours.
final class PodRemoval {
    private PodRemoval() {}

    /// Stops and removes every pod and container.
    ///
    /// @throws ContainerdException naming each that could not be removed, after all were tried
    static void removeAll(Cri cri) {
        List<String> failures = new ArrayList<>();
        for (PodSandbox pod : cri.listPodSandbox(PodSandboxFilter.getDefaultInstance())) {
            attempt(
                    failures,
                    () -> {
                        cri.stopPodSandbox(pod.getId());
                        cri.removePodSandbox(pod.getId());
                    });
        }
        cri.listContainers(ContainerFilter.getDefaultInstance())
                .forEach(each -> attempt(failures, () -> cri.removeContainer(each.getId())));
        if (!failures.isEmpty()) {
            throw new ContainerdException(String.join("; ", failures));
        }
    }

    private static void attempt(List<String> failures, Runnable removal) {
        try {
            removal.run();
        } catch (CriException e) {
            failures.add(e.getMessage());
        }
    }
}
