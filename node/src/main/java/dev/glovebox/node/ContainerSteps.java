package dev.glovebox.node;

import static dev.glovebox.node.PodPlaces.message;

import dev.glovebox.cri.ContainerConfig;
import dev.glovebox.cri.PodSandboxConfig;
import dev.glovebox.node.pod.BackOff;
import dev.glovebox.node.pod.ContainerMemory;
import dev.glovebox.node.pod.ContainerState;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.Failure;
import dev.glovebox.node.pod.ImageState;
import dev.glovebox.node.pod.PodMemory;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.pod.SandboxView;
import dev.glovebox.node.probe.Hooks;
import dev.glovebox.node.spec.ImageUser;
import dev.glovebox.node.spec.PodConfigs;
import dev.glovebox.node.spec.SpecException;
import dev.glovebox.node.users.UsersException;
import dev.glovebox.node.volume.PodVolumes;
import dev.glovebox.node.volume.VolumeException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Makes and starts containers, and runs their postStart hooks.
final class ContainerSteps {
    /// A hook after the start has no limit of its own; its container's end ends it.
    private static final Duration LONGEST_HOOK = Duration.ofHours(1);

    private final ContainerRuntime runtime;
    private final PodConfigs configs;
    private final PodVolumes volumes;
    private final PodPlaces places;
    private final PodEvents events;
    private final Hooks hooks;
    private final Clock clock;

    ContainerSteps(NodeParts parts, PodConfigs configs, PodPlaces places, PodEvents events) {
        this.runtime = parts.runtime();
        this.volumes = parts.volumes();
        this.clock = parts.clock();
        this.hooks = new Hooks(parts.runtime()::run);
        this.configs = configs;
        this.places = places;
        this.events = events;
    }

    /// Makes and starts a container; `mail` hears how its postStart hook went.
    PodMemory start(
            Pod pod,
            Container container,
            int attempt,
            SandboxView sandbox,
            PodView view,
            PodMemory memory,
            Consumer<PodMail> mail) {
        String name = container.getName();
        PodMemory next = withDelay(view, name, memory);
        String id;
        try {
            ImageState image = memory.images().get(name);
            String imageId = image instanceof ImageState.Present present ? present.id() : "";
            PodSandboxConfig sandboxConfig = places.sandbox(pod, sandbox.attempt());
            ContainerConfig config = config(pod, container, attempt, sandbox, view, imageId);
            Files.createDirectories(places.log(pod, name, attempt).getParent());
            id = runtime.create(sandbox.id(), config, sandboxConfig);
        } catch (SpecException | VolumeException | UsersException e) {
            return failed(pod, name, next, "CreateContainerConfigError", message(e));
        } catch (RuntimeRefusal | IOException e) {
            // Its image may have been removed since it was looked at.
            return failed(pod, name, next.again(name), "CreateContainerError", message(e));
        }
        events.normal(pod, name, "Created", "Created container: " + name);
        collect(view, name, attempt);
        try {
            runtime.start(id);
        } catch (RuntimeRefusal e) {
            events.warning(pod, name, "Failed", "Error: " + message(e));
            return next.made(name).failed(name, shown("RunContainerError", message(e)));
        }
        events.normal(pod, name, "Started", "Started container " + name);
        return afterStart(
                pod, container, id, sandbox, next.made(name).resizing(r -> r.made(name)), mail);
    }

    /// What a hook's failure makes of its container: it ends, and its status says why.
    PodMemory hookFailed(String id, String name, String cause, PodMemory memory) {
        return memory.container(id, c -> c.postStart(ContainerMemory.PostStart.FAILED))
                .failed(name, shown("PostStartHookError", cause));
    }

    private PodMemory withDelay(PodView view, String name, PodMemory memory) {
        Optional<ContainerView> last = view.latest(name);
        if (last.isEmpty()) {
            return memory;
        }
        Optional<BackOff> before = Optional.ofNullable(memory.restarts().get(name));
        Instant ended =
                last.get().state() instanceof ContainerState.Exited exited
                        ? exited.finishedAt()
                        : clock.instant();
        return memory.restarting(name, BackOff.next(before, ended, clock.instant()));
    }

    private PodMemory afterStart(
            Pod pod,
            Container container,
            String id,
            SandboxView sandbox,
            PodMemory memory,
            Consumer<PodMail> mail) {
        LifecycleHandler hook =
                container.getLifecycle() == null ? null : container.getLifecycle().getPostStart();
        if (hook == null) {
            return memory;
        }
        String address = configs.address(pod, sandbox.address());
        Thread.ofVirtual()
                .name("postStart " + id)
                .start(() -> {
                    Optional<String> failure =
                            hooks.run(pod, container, id, address, hook, LONGEST_HOOK);
                    if (failure.isPresent()) {
                        // Without the cause: events are for more eyes than a pod's status is.
                        events.warning(
                                pod,
                                container.getName(),
                                "FailedPostStartHook",
                                "PostStartHook failed");
                    }
                    mail.accept(new PodMail.PostStarted(id, container.getName(), failure));
                });
        return memory.container(id, c -> c.postStart(ContainerMemory.PostStart.RUNNING));
    }

    private ContainerConfig config(
            Pod pod,
            Container container,
            int attempt,
            SandboxView sandbox,
            PodView view,
            String imageId) {
        ImageUser user =
                runtime.image(imageId)
                        .map(ContainerRuntime.RuntimeImage::user)
                        .orElseThrow(() ->
                                new RuntimeRefusal("image " + container.getImage() + " is gone"));
        List<String> addresses = configs.addresses(pod, sandbox);
        Map<String, String> environment = configs.environment(pod, container, addresses);
        return configs.container(
                pod,
                container,
                attempt,
                imageId,
                user,
                environment,
                volumes.mounts(
                        pod, container, attempt, environment, addresses, PodConfigs.names(pod)),
                configs.target(pod, container, view),
                sandbox.handler(),
                places.users(pod));
    }

    /// Removes what is older than the container before the one that was just made.
    private void collect(PodView view, String name, int attempt) {
        for (ContainerView old : view.containers()) {
            if (old.name().equals(name) && old.attempt() < attempt - 1) {
                runtime.remove(old.id());
            }
        }
    }

    private PodMemory failed(
            Pod pod, String container, PodMemory memory, String reason, String message) {
        events.warning(pod, container, "Failed", "Error: " + message);
        Instant now = clock.instant();
        Optional<BackOff> before =
                Optional.ofNullable(memory.starts().get(container)).map(Failure::backOff);
        BackOff next = BackOff.next(before, now, now);
        return memory.failed(container, new Failure(reason, message, next, next.until(now)));
    }

    /// A failure of a container that was made: the delay of its restart is the restart's own.
    private Failure shown(String reason, String message) {
        Instant now = clock.instant();
        return new Failure(reason, message, new BackOff(BackOff.FIRST, now), now);
    }
}
