package dev.glovebox.node;

import dev.glovebox.cri.ContainerConfig;
import dev.glovebox.cri.PodSandboxConfig;
import dev.glovebox.model.Names;
import dev.glovebox.network.HostLinks;
import dev.glovebox.network.HostPort;
import dev.glovebox.network.NetworkException;
import dev.glovebox.network.PodFirewall;
import dev.glovebox.network.PodLink;
import dev.glovebox.network.Reach;
import dev.glovebox.node.cgroup.CgroupException;
import dev.glovebox.node.cgroup.CgroupPath;
import dev.glovebox.node.cgroup.PodCgroups;
import dev.glovebox.node.cgroup.PodLimits;
import dev.glovebox.node.cgroup.PodLimitsInForce;
import dev.glovebox.node.cgroup.PodResources;
import dev.glovebox.node.pod.BackOff;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.Failure;
import dev.glovebox.node.pod.ImageState;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.pod.PodMemory;
import dev.glovebox.node.pod.PodPlan;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.pod.SandboxView;
import dev.glovebox.node.spec.ImageUser;
import dev.glovebox.node.spec.PodConfigs;
import dev.glovebox.node.spec.SpecException;
import dev.glovebox.node.volume.ContentVolumes;
import dev.glovebox.node.volume.PodVolumes;
import dev.glovebox.node.volume.VolumeException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out one step for a pod and answers what the worker is to remember of it. Everything that
/// fails here becomes an event and a failure to be tried again; nothing of the user's starts past a
/// failure.
final class PodRunner {
    private static final Logger LOG = LoggerFactory.getLogger(PodRunner.class);
    private static final Duration SANDBOX_RETRY = Duration.ofSeconds(10);

    private final NodeSettings settings;
    private final ContainerRuntime runtime;
    private final PodConfigs configs;
    private final PodGate gate;
    private final PodFirewall firewall;
    private final HostLinks links;
    private final PodCgroups cgroups;
    private final PodVolumes volumes;
    private final PodEvents events;
    private final ImageFetcher images;
    private final Clock clock;

    PodRunner(NodeParts parts, NodeSettings settings, PodConfigs configs, PodEvents events) {
        this.settings = settings;
        this.runtime = parts.runtime();
        this.configs = configs;
        this.gate = parts.gate();
        this.firewall = parts.firewall();
        this.links = parts.links();
        this.cgroups = parts.cgroups();
        this.volumes = parts.volumes();
        this.events = events;
        this.clock = parts.clock();
        this.images =
                new ImageFetcher(
                        runtime, events, clock, pod -> sandboxConfig(pod, 0, Reach.CLUSTER));
    }

    /// Makes the pod's cgroup, volumes and sandbox.
    PodMemory startSandbox(Pod pod, int attempt, PodMemory memory) {
        return switch (gate.judge(pod)) {
            case PodGate.Decision.Refuse(String reason, String message) ->
                    sandboxFailed(pod, memory, reason, message);
            case PodGate.Decision.Admit(String handler) ->
                    startSandbox(pod, attempt, memory, handler);
        };
    }

    private PodMemory startSandbox(Pod pod, int attempt, PodMemory memory, String handler) {
        String uid = uid(pod);
        try {
            Reach reach = reach(pod);
            volumes.prepare(pod);
            cgroups.limit(cgroup(pod), limits(pod, handler));
            Path logs = logDirectory(pod);
            Files.createDirectories(logs);
            runtime.runSandbox(sandboxConfig(pod, attempt, reach), handler);
            return memory.sandbox(Optional.empty()).checked("");
        } catch (VolumeException e) {
            return sandboxFailed(pod, memory, "FailedMount", message(e));
        } catch (RuntimeRefusal e) {
            return sandboxFailed(
                    pod,
                    memory,
                    "FailedCreatePodSandBox",
                    "Failed to create pod sandbox: " + message(e));
        } catch (CgroupException | SpecException | IllegalArgumentException e) {
            return sandboxFailed(pod, memory, "FailedCreatePodSandBox", message(e));
        } catch (IOException e) {
            return sandboxFailed(
                    pod, memory, "FailedCreatePodSandBox", "log directory of " + uid + ": " + e);
        }
    }

    /// Brings what the API fills in the pod's volumes up to date. What cannot be, stays as it is,
    /// and an event says why.
    void refreshVolumes(Pod pod) {
        if (!ContentVolumes.holdsAny(pod)) {
            return;
        }
        try {
            volumes.refresh(pod);
        } catch (VolumeException e) {
            events.warning(pod, "", "FailedMount", message(e));
        }
    }

    /// Puts the network's rules in place and looks whether the limits hold that were asked for.
    PodMemory checkSandbox(Pod pod, SandboxView sandbox, PodMemory memory) {
        try {
            if (!hostNetwork(pod)) {
                firewall.admit(link(pod, sandbox));
            }
            String difference = limitsThatDoNotHold(pod);
            return difference.isEmpty()
                    ? memory.checked(sandbox.id())
                    : sandboxFailed(pod, memory, "LimitsNotInForce", difference);
        } catch (NetworkException | CgroupException | IllegalArgumentException e) {
            return sandboxFailed(pod, memory, "NetworkNotReady", message(e));
        }
    }

    private String limitsThatDoNotHold(Pod pod) {
        PodLimitsInForce force = cgroups.inForce(cgroup(pod));
        OptionalLong wanted = PodResources.of(pod).memoryLimit();
        boolean holds =
                wanted.isEmpty()
                        || (force.memory().isPresent()
                                && force.memory().getAsLong() <= wanted.getAsLong());
        return holds
                ? ""
                : "the pod's memory limit is "
                        + wanted.getAsLong()
                        + " bytes, and the kernel enforces "
                        + (force.memory().isPresent() ? force.memory().getAsLong() : "none");
    }

    private PodLink link(Pod pod, SandboxView sandbox) {
        if (sandbox.address().isEmpty()) {
            throw new NetworkException("the pod's sandbox has no address");
        }
        String link =
                links.towards(sandbox.address())
                        .orElseThrow(() ->
                                new NetworkException(
                                        "no link leads to the pod's address " + sandbox.address()));
        return new PodLink(uid(pod), link, sandbox.address(), reach(pod), hostPorts(pod));
    }

    /// Clears away a sandbox that died.
    PodMemory recreateSandbox(Pod pod, SandboxView dead, PodMemory memory) {
        events.normal(
                pod,
                "",
                "SandboxChanged",
                "Pod sandbox changed, it will be killed and re-created.");
        runtime.stopSandbox(dead.id());
        return memory.checked("");
    }

    /// Looks for a container's image, or begins to fetch it; `mail` hears what came of it.
    PodMemory ensureImage(Pod pod, Container container, PodMemory memory, Consumer<PodMail> mail) {
        return images.ensure(pod, container, memory, mail);
    }

    /// Makes and starts a container.
    PodMemory startContainer(
            Pod pod,
            Container container,
            int attempt,
            SandboxView sandbox,
            PodView view,
            PodMemory memory) {
        String name = container.getName();
        PodMemory next = memory;
        if (view.latest(name).isPresent()) {
            Optional<BackOff> before = Optional.ofNullable(memory.restarts().get(name));
            next = memory.restarting(name, BackOff.next(before, clock.instant()));
        }
        String id;
        PodSandboxConfig sandboxConfig;
        try {
            ImageState image = memory.images().get(name);
            String imageId = image instanceof ImageState.Present present ? present.id() : "";
            sandboxConfig = sandboxConfig(pod, sandbox.attempt(), reach(pod));
            ContainerConfig config =
                    containerConfig(pod, container, attempt, sandbox.address(), imageId);
            id = create(pod, container, sandbox, config, sandboxConfig);
        } catch (SpecException | VolumeException e) {
            return containerFailed(pod, name, next, "CreateContainerConfigError", message(e));
        } catch (RuntimeRefusal | IOException e) {
            return containerFailed(pod, name, next, "CreateContainerError", message(e));
        }
        events.normal(pod, name, "Created", "Created container " + name);
        try {
            runtime.start(id);
            events.normal(pod, name, "Started", "Started container " + name);
        } catch (RuntimeRefusal e) {
            events.warning(pod, name, "Failed", "Error: " + message(e));
        }
        collect(view, name, attempt);
        return next.started(name);
    }

    private String create(
            Pod pod,
            Container container,
            SandboxView sandbox,
            ContainerConfig config,
            PodSandboxConfig sandboxConfig)
            throws IOException {
        Files.createDirectories(logDirectory(pod).resolve(container.getName()));
        return runtime.create(sandbox.id(), config, sandboxConfig);
    }

    private ContainerConfig containerConfig(
            Pod pod, Container container, int attempt, String address, String imageId) {
        ImageUser user =
                runtime.image(imageId)
                        .map(ContainerRuntime.RuntimeImage::user)
                        .orElseThrow(() ->
                                new RuntimeRefusal("image " + container.getImage() + " is gone"));
        return configs.container(
                pod,
                container,
                attempt,
                imageId,
                user,
                address,
                volumes.mounts(pod, container, attempt, address, PodConfigs.hostname(pod)));
    }

    /// Removes what is older than the container before the one that was just started.
    private void collect(PodView view, String name, int attempt) {
        for (ContainerView old : view.containers()) {
            if (old.name().equals(name) && old.attempt() < attempt - 1) {
                runtime.remove(old.id());
            }
        }
    }

    /// Tells containers to end, each on a thread of its own; their ends are facts that come later.
    PodMemory kill(Pod pod, PodPlan.Kill kill, PodMemory memory, Consumer<PodMail> mail) {
        PodMemory next = memory;
        Instant deadline = clock.instant().plus(kill.grace());
        for (ContainerView container : kill.containers()) {
            if (!memory.killing().containsKey(container.id())) {
                events.normal(
                        pod, container.name(), "Killing", "Stopping container " + container.name());
            }
            next = next.killing(container.id(), deadline);
            Thread.ofVirtual()
                    .name("stop " + container.id())
                    .start(() -> stop(container, kill.grace(), mail));
        }
        return next;
    }

    private void stop(ContainerView container, Duration grace, Consumer<PodMail> mail) {
        try {
            runtime.stop(container.id(), grace);
            mail.accept(new PodMail.Look());
        } catch (RuntimeRefusal e) {
            LOG.atWarn()
                    .addKeyValue("container", container.id())
                    .addKeyValue("cause", e.getMessage())
                    .log("a container could not be stopped");
            mail.accept(new PodMail.StopFailed(container.id()));
        }
    }

    /// Stops a sandbox whose containers have ended.
    void stopSandbox(Pod pod, SandboxView sandbox) {
        runtime.stopSandbox(sandbox.id());
        firewall.forget(uid(pod));
    }

    /// Gives back what an ended pod holds beside its records and logs.
    void release(Pod pod) {
        firewall.forget(uid(pod));
        volumes.remove(uid(pod));
        cgroups.remove(cgroup(pod));
    }

    /// Removes every trace of a pod from the node.
    void remove(Pod pod, PodView view) {
        for (SandboxView sandbox : view.sandboxes()) {
            runtime.stopSandbox(sandbox.id());
            runtime.removeSandbox(sandbox.id());
        }
        release(pod);
        volumes.removeLogs(logDirectory(pod));
    }

    /// Processes of a pod that the kernel killed for want of memory.
    long oomKills(Pod pod) {
        return cgroups.oomKills(cgroup(pod));
    }

    String terminationMessage(Pod pod, ContainerView container) {
        return volumes.terminationMessage(uid(pod), container.name(), container.attempt());
    }

    Path logDirectory(Pod pod) {
        var meta = pod.getMetadata();
        return settings.logDirectory()
                .resolve(meta.getNamespace() + "_" + meta.getName() + "_" + meta.getUid());
    }

    private PodSandboxConfig sandboxConfig(Pod pod, int attempt, Reach reach) {
        return configs.sandbox(
                pod, attempt, logDirectory(pod).toString(), cgroup(pod).value(), reach);
    }

    private CgroupPath cgroup(Pod pod) {
        return cgroups.path(PodResources.of(pod).qos(), uid(pod));
    }

    private PodLimits limits(Pod pod, String handler) {
        String asked = annotations(pod).get(Names.PIDS_ANNOTATION);
        long pids = asked == null ? settings.defaultPids() : positive(asked);
        return new PodLimits(
                PodResources.of(pod),
                OptionalLong.of(pids + settings.pidsHeadroom().getOrDefault(handler, 0L)));
    }

    private static long positive(String asked) {
        if (!asked.matches("[1-9]\\d{0,8}")) {
            throw new SpecException(
                    "annotation "
                            + Names.PIDS_ANNOTATION
                            + " must be a positive number: \""
                            + asked
                            + "\"");
        }
        return Long.parseLong(asked);
    }

    private static Reach reach(Pod pod) {
        Reach reach = Reach.of(annotations(pod).getOrDefault(Names.NETWORK_ANNOTATION, ""));
        if (reach != Reach.CLUSTER && hostNetwork(pod)) {
            throw new SpecException(
                    "the host's network and "
                            + Names.NETWORK_ANNOTATION
                            + "="
                            + reach.word()
                            + " exclude each other");
        }
        return reach;
    }

    private static List<HostPort> hostPorts(Pod pod) {
        return pod.getSpec().getContainers().stream()
                .flatMap(c -> PodFacts.orEmpty(c.getPorts()).stream())
                .filter(p -> p.getHostPort() != null && p.getHostPort() > 0)
                .map(p ->
                        new HostPort(
                                HostPort.Protocol.valueOf(
                                        Optional.ofNullable(p.getProtocol()).orElse("TCP")),
                                Optional.ofNullable(p.getHostIP())
                                        .filter(ip -> !ip.equals("0.0.0.0"))
                                        .orElse(""),
                                p.getHostPort(),
                                p.getContainerPort()))
                .toList();
    }

    private PodMemory sandboxFailed(Pod pod, PodMemory memory, String reason, String message) {
        events.warning(pod, "", reason, message);
        Instant now = clock.instant();
        return memory.sandbox(
                Optional.of(
                        new Failure(
                                reason,
                                message,
                                new BackOff(SANDBOX_RETRY, now),
                                now.plus(SANDBOX_RETRY))));
    }

    private PodMemory containerFailed(
            Pod pod, String container, PodMemory memory, String reason, String message) {
        events.warning(pod, container, "Failed", "Error: " + message);
        Instant now = clock.instant();
        Optional<BackOff> before =
                Optional.ofNullable(memory.starts().get(container)).map(Failure::backOff);
        BackOff next = BackOff.next(before, now);
        return memory.failed(container, new Failure(reason, message, next, next.until(now)));
    }

    private static boolean hostNetwork(Pod pod) {
        return Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
    }

    private static Map<String, String> annotations(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }

    private static String uid(Pod pod) {
        return pod.getMetadata().getUid();
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
