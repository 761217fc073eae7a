package dev.glovebox.node;

import dev.glovebox.containerd.image.ImageName;
import dev.glovebox.cri.PodSandboxConfig;
import dev.glovebox.node.pod.BackOff;
import dev.glovebox.node.pod.ImageState;
import dev.glovebox.node.pod.PodMemory;
import dev.glovebox.node.spec.SpecException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that a container's image is on the node, as its pull policy says, and tells by events
/// what became of it.
///
/// @param sandboxes the sandbox that a pull is for, which CRI wants to know
record ImageFetcher(
        ContainerRuntime runtime,
        PodEvents events,
        Clock clock,
        Function<Pod, PodSandboxConfig> sandboxes) {
    private static final Logger LOG = LoggerFactory.getLogger(ImageFetcher.class);

    /// Looks for a container's image, or begins to fetch it; `mail` hears what came of it.
    PodMemory ensure(Pod pod, Container container, PodMemory memory, Consumer<PodMail> mail) {
        String image = container.getImage();
        String policy = pullPolicy(container);
        Optional<BackOff> before =
                memory.images().get(container.getName()) instanceof ImageState.Failed failed
                        ? Optional.of(failed.backOff())
                        : Optional.empty();
        if (ImageName.inFull(image).isEmpty()) {
            return invalid(pod, container, memory, before);
        }
        Optional<ContainerRuntime.RuntimeImage> present = runtime.image(image);
        if (present.isPresent() && !policy.equals("Always")) {
            events.normal(
                    pod,
                    container.getName(),
                    "Pulled",
                    "Container image \"" + image + "\" already present on machine");
            return memory.image(container.getName(), new ImageState.Present(present.get().id()));
        }
        if (policy.equals("Never")) {
            String message =
                    "Container image \"" + image + "\" is not present with pull policy of Never";
            events.warning(pod, container.getName(), "ErrImageNeverPull", message);
            events.warning(pod, container.getName(), "Failed", "Error: ErrImageNeverPull");
            return memory.image(container.getName(), failed("ErrImageNeverPull", message, before));
        }
        events.normal(pod, container.getName(), "Pulling", "Pulling image \"" + image + "\"");
        Thread.ofVirtual()
                .name("pull " + image)
                .start(() ->
                        mail.accept(
                                new PodMail.Image(
                                        container.getName(), pull(pod, container, before))));
        return memory.image(container.getName(), new ImageState.Pulling());
    }

    private PodMemory invalid(
            Pod pod, Container container, PodMemory memory, Optional<BackOff> before) {
        String message =
                "Failed to apply default image tag \"%1$s\": couldn't parse image name \"%1$s\": invalid reference format"
                        .formatted(container.getImage());
        events.warning(pod, container.getName(), "InspectFailed", message);
        events.warning(pod, container.getName(), "Failed", "Error: InvalidImageName");
        return memory.image(container.getName(), failed("InvalidImageName", message, before));
    }

    private ImageState pull(Pod pod, Container container, Optional<BackOff> before) {
        String image = container.getImage();
        Instant begin = clock.instant();
        try {
            runtime.pull(image, sandboxes.apply(pod));
            Optional<ContainerRuntime.RuntimeImage> present = runtime.image(image);
            if (present.isPresent()) {
                events.normal(
                        pod,
                        container.getName(),
                        "Pulled",
                        "Successfully pulled image \"%s\" in %s"
                                .formatted(image, seconds(begin, clock.instant())));
                return new ImageState.Present(present.get().id());
            }
            return pullFailed(pod, container, "the image is gone after the pull", before);
        } catch (RuntimeRefusal | SpecException e) {
            return pullFailed(pod, container, String.valueOf(e.getMessage()), before);
        } catch (RuntimeException e) {
            // What nobody thought of: without an answer the pod would wait for ever.
            LOG.atError().addKeyValue("image", image).setCause(e).log("a pull went wrong");
            return pullFailed(pod, container, String.valueOf(e.getMessage()), before);
        }
    }

    private ImageState pullFailed(
            Pod pod, Container container, String message, Optional<BackOff> before) {
        events.warning(
                pod,
                container.getName(),
                "Failed",
                "Failed to pull image \"" + container.getImage() + "\": " + message);
        events.warning(pod, container.getName(), "Failed", "Error: ErrImagePull");
        events.normal(
                pod,
                container.getName(),
                "BackOff",
                "Back-off pulling image \"" + container.getImage() + "\"");
        return failed("ErrImagePull", message, before);
    }

    private ImageState failed(String reason, String message, Optional<BackOff> before) {
        Instant now = clock.instant();
        BackOff next = BackOff.next(before, now, now);
        return new ImageState.Failed(reason, message, next, next.until(now));
    }

    private static String pullPolicy(Container container) {
        if (container.getImagePullPolicy() != null) {
            return container.getImagePullPolicy();
        }
        String last = container.getImage().substring(container.getImage().lastIndexOf('/') + 1);
        boolean latest = !last.contains("@") && (!last.contains(":") || last.endsWith(":latest"));
        return latest ? "Always" : "IfNotPresent";
    }

    private static String seconds(Instant begin, Instant end) {
        return Duration.between(begin, end).toMillis() / 1000.0 + "s";
    }
}
