package dev.glovebox.node;

import dev.glovebox.containerd.CriException;
import dev.glovebox.cri.PodSandboxConfig;
import dev.glovebox.node.pull.PulledImages;
import dev.glovebox.node.pull.SecretCredential;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Pulls images, with credentials where there are some, and has it written which of them opened
/// what.
record ImagePull(ContainerRuntime runtime, PulledImages pulled) {
    private static final Set<CriException.Code> LOST =
            Set.of(
                    CriException.Code.DEADLINE_EXCEEDED,
                    CriException.Code.UNAVAILABLE,
                    CriException.Code.CANCELLED);

    /// Pulls an image; answers its id.
    ///
    /// @param repository the image's
    /// @param credentials tried one after the other; without any, whatever everybody may have
    /// @throws RuntimeRefusal where none opens it, with what was said to each
    /// @throws dev.glovebox.node.pull.PullRecordException where the pull cannot be written down
    String run(
            String image,
            String repository,
            List<SecretCredential> credentials,
            PodSandboxConfig sandbox) {
        if (credentials.isEmpty()) {
            String id = id(runtime.pull(image, sandbox, Optional.empty()));
            pulled.openly(repository, id);
            return id;
        }
        PulledImages.Pull pull = pulled.begin(repository);
        boolean known = false;
        try {
            Set<String> refusals = new LinkedHashSet<>();
            boolean lost = false;
            for (SecretCredential each : credentials) {
                try {
                    String id = id(runtime.pull(image, sandbox, Optional.of(each.credential())));
                    pull.opened(id, each);
                    known = true;
                    return id;
                } catch (RuntimeRefusal e) {
                    refusals.add(String.valueOf(e.getMessage()));
                    lost |= isLost(e);
                }
            }
            known = !lost;
            if (known) {
                pull.failed();
            }
            throw new RuntimeRefusal(all(refusals));
        } finally {
            if (!known) {
                pull.lost();
            }
        }
    }

    /// The id of what was pulled, and not of what has its name by now.
    private String id(String reference) {
        return runtime.image(reference)
                .map(ContainerRuntime.RuntimeImage::id)
                .orElseThrow(() -> new RuntimeRefusal("the image is gone after the pull"));
    }

    /// Whether the pull may go on in the runtime, or have been done.
    private static boolean isLost(RuntimeRefusal refusal) {
        return !(refusal.getCause() instanceof CriException cause) || LOST.contains(cause.code());
    }

    /// Several as Kubernetes writes them, each once.
    private static String all(Set<String> refusals) {
        return refusals.size() == 1
                ? refusals.iterator().next()
                : "[" + String.join(", ", refusals) + "]";
    }
}
