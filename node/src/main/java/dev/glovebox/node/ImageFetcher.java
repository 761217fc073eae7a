package dev.glovebox.node;

import dev.glovebox.containerd.image.ImageName;
import dev.glovebox.cri.PodSandboxConfig;
import dev.glovebox.node.pod.BackOff;
import dev.glovebox.node.pod.ImageState;
import dev.glovebox.node.pod.PodMemory;
import dev.glovebox.node.pull.Access;
import dev.glovebox.node.pull.Keyring;
import dev.glovebox.node.pull.PullRecordException;
import dev.glovebox.node.pull.PulledImages;
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

/// Sees to it that a container's image is on the node and that its pod has a right to it, as its
/// pull policy says, and tells by events what became of it.
///
/// @param pulled which images are for whom
/// @param secrets that pods name
/// @param sandboxes the sandbox that a pull is for, which CRI wants to know
record ImageFetcher(
        ContainerRuntime runtime,
        PulledImages pulled,
        PullSecrets secrets,
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
        Optional<ContainerRuntime.RuntimeImage> present =
                policy.equals("Always") ? Optional.empty() : runtime.image(image);
        Optional<Found> found = present.map(each -> new Found(each.id(), access(each, image)));
        if (found.isPresent() && found.get().access() instanceof Access.Everybody) {
            pulled(pod, container, "Container image \"" + image + "\" already present on machine");
            return memory.image(container.getName(), new ImageState.Present(found.get().id()));
        }
        if (found.isEmpty() && policy.equals("Never")) {
            return memory.image(container.getName(), neverPulled(pod, container, before));
        }
        Thread.ofVirtual()
                .name("pull " + image)
                .start(() ->
                        mail.accept(
                                new PodMail.Image(
                                        container.getName(),
                                        obtain(pod, container, found, before))));
        return memory.image(container.getName(), new ImageState.Pulling());
    }

    /// An image on the node.
    private record Found(String id, Access access) {}

    private Access access(ContainerRuntime.RuntimeImage image, String asked) {
        return pulled.access(image.id(), image.names(), asked);
    }

    private void pulled(Pod pod, Container container, String message) {
        events.normal(pod, container.getName(), "Pulled", message);
    }

    /// Whoever may not have an image that is there is told no more than if it were not.
    private ImageState neverPulled(Pod pod, Container container, Optional<BackOff> before) {
        String message =
                "Container image \"%s\" is not present with pull policy of Never"
                        .formatted(container.getImage());
        events.warning(pod, container.getName(), "ErrImageNeverPull", message);
        events.warning(pod, container.getName(), "Failed", "Error: ErrImageNeverPull");
        return failed("ErrImageNeverPull", message, before);
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

    /// With the pod's own credentials: what they were seen to open before is there already, and all
    /// else is for the registry to say.
    private ImageState obtain(
            Pod pod, Container container, Optional<Found> found, Optional<BackOff> before) {
        String image = container.getImage();
        try {
            Keyring keyring = secrets.of(pod);
            if (found.isPresent() && found.get().access().opens(keyring)) {
                pulled(
                        pod,
                        container,
                        "Container image \"%s\" already present on machine and can be accessed by the pod"
                                .formatted(image));
                return new ImageState.Present(found.get().id());
            }
            if (pullPolicy(container).equals("Never")) {
                return neverPulled(pod, container, before);
            }
            return new ImageState.Present(pull(pod, container, keyring));
        } catch (PullRecordException e) {
            LOG.atError().addKeyValue("image", image).setCause(e).log("a pull is not begun");
            return pullFailed(
                    pod,
                    container,
                    "Failed to record image pull intent for container image \"%s\": %s"
                            .formatted(image, e.getMessage()),
                    before);
        } catch (RuntimeRefusal | SpecException e) {
            return pullFailed(pod, container, String.valueOf(e.getMessage()), before);
        } catch (RuntimeException e) {
            // What nobody thought of: without an answer the pod would wait for ever.
            LOG.atError().addKeyValue("image", image).setCause(e).log("a pull went wrong");
            return pullFailed(pod, container, String.valueOf(e.getMessage()), before);
        }
    }

    private String pull(Pod pod, Container container, Keyring keyring) {
        String image = container.getImage();
        String repository = ImageName.repositoryOf(image).orElseThrow();
        Instant begin = clock.instant();
        events.normal(pod, container.getName(), "Pulling", "Pulling image \"" + image + "\"");
        String id =
                new ImagePull(runtime, pulled)
                        .run(
                                image,
                                repository,
                                keyring.credentials(repository),
                                sandboxes.apply(pod));
        pulled(
                pod,
                container,
                "Successfully pulled image \"%s\" in %s"
                        .formatted(image, seconds(begin, clock.instant())));
        return id;
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
