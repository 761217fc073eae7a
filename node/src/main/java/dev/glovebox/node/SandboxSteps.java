package dev.glovebox.node;

import static dev.glovebox.node.PodPlaces.message;
import static dev.glovebox.node.PodPlaces.uid;

import dev.glovebox.model.Names;
import dev.glovebox.network.NetworkException;
import dev.glovebox.network.PodFirewall;
import dev.glovebox.network.Reach;
import dev.glovebox.network.UnbindableException;
import dev.glovebox.node.cgroup.CgroupException;
import dev.glovebox.node.cgroup.PodCgroups;
import dev.glovebox.node.cgroup.PodLimits;
import dev.glovebox.node.cgroup.PodLimitsInForce;
import dev.glovebox.node.cgroup.PodResources;
import dev.glovebox.node.pod.BackOff;
import dev.glovebox.node.pod.Ending;
import dev.glovebox.node.pod.Eviction;
import dev.glovebox.node.pod.Failure;
import dev.glovebox.node.pod.PodMemory;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.pod.Resizing;
import dev.glovebox.node.pod.SandboxView;
import dev.glovebox.node.spec.DeviceClaims;
import dev.glovebox.node.spec.SpecException;
import dev.glovebox.node.spec.SupplementalGroups;
import dev.glovebox.node.users.PodUserRanges;
import dev.glovebox.node.users.UserRange;
import dev.glovebox.node.users.UsersException;
import dev.glovebox.node.volume.PodVolumes;
import dev.glovebox.node.volume.VolumeException;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// The steps of a pod's sandbox: what it lies in, its network, its limits, and their end.
final class SandboxSteps {
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final NodeSettings settings;
    private final ContainerRuntime runtime;
    private final PodGate gate;
    private final PodFirewall firewall;
    private final NetworkAccess access;
    private final PodCgroups cgroups;
    private final PodVolumes volumes;
    private final PodUserRanges users;
    private final PodPlaces places;
    private final PodEvents events;
    private final Clock clock;

    SandboxSteps(NodeParts parts, NodeSettings settings, PodPlaces places, PodEvents events) {
        this.settings = settings;
        this.runtime = parts.runtime();
        this.gate = parts.gate();
        this.firewall = parts.firewall();
        this.access = new NetworkAccess(parts);
        this.cgroups = parts.cgroups();
        this.volumes = parts.volumes();
        this.users = parts.users();
        this.clock = parts.clock();
        this.places = places;
        this.events = events;
    }

    /// Makes the pod's cgroup, volumes and sandbox.
    PodMemory start(Pod pod, int attempt, PodMemory memory) {
        return switch (gate.judge(pod)) {
            case PodGate.Decision.Refuse(String reason, String message) ->
                    failed(pod, memory, reason, message);
            case PodGate.Decision.Admit(String handler) -> start(pod, attempt, memory, handler);
        };
    }

    private PodMemory start(Pod pod, int attempt, PodMemory memory, String handler) {
        Optional<String> devices = DeviceClaims.refusal(pod);
        if (devices.isPresent()) {
            return failed(pod, memory, "FailedPrepareDynamicResources", devices.get());
        }
        try {
            refuseOwnUsers(pod, handler);
            refuseStrictGroups(pod);
            Reach reach = PodPlaces.reach(pod);
            users.give(pod);
            volumes.prepare(pod);
            cgroups.limit(places.cgroup(pod), limits(pod, handler));
            Files.createDirectories(places.logDirectory(pod));
            runtime.runSandbox(places.sandbox(pod, attempt, reach), handler);
            return memory.sandbox(Optional.empty()).checked("").resizing(Resizing::done);
        } catch (VolumeException e) {
            return failed(pod, memory, "FailedMount", message(e));
        } catch (RuntimeRefusal e) {
            return failed(
                    pod,
                    memory,
                    "FailedCreatePodSandBox",
                    "Failed to create pod sandbox: " + message(e));
        } catch (UsersException e) {
            return failed(
                    pod,
                    memory,
                    "FailedCreatePodSandBox",
                    "Failed to create pod sandbox: user namespace: " + message(e));
        } catch (CgroupException | SpecException | IllegalArgumentException e) {
            return failed(pod, memory, "FailedCreatePodSandBox", message(e));
        } catch (IOException e) {
            return failed(
                    pod,
                    memory,
                    "FailedCreatePodSandBox",
                    "log directory of " + uid(pod) + ": " + e);
        }
    }

    /// What the runtime does not say that it gives is not left out in silence. The words are the
    /// kubelet's, with what would do.
    private void refuseOwnUsers(Pod pod, String handler) {
        if (PodUserRanges.asks(pod) && !runtime.givesOwnUsers(handler)) {
            throw new SpecException(
                    "Failed to create pod sandbox: can't set `spec.hostUsers: false`, "
                            + (handler.isEmpty()
                                    ? "runtime"
                                    : "RuntimeClass handler \"" + handler + "\"")
                            + " does not support user namespaces; "
                            + runtime.version()
                            + " does not say that it does, and containerd 2.0 with runc 1.2 would");
        }
    }

    /// The pod was taken by a runtime that can, or by one that could not be asked.
    private void refuseStrictGroups(Pod pod) {
        if (SupplementalGroups.strict(pod) && !runtime.givesStrictGroups().orElse(false)) {
            throw new SpecException(SupplementalGroups.NOT_SERVED);
        }
    }

    /// Puts the network's rules in place and looks whether the limits hold that were asked for. A
    /// pod that ran before, and that no rules would bind though it needs some by now, has to leave.
    ///
    /// @param running whether any of its containers runs
    PodMemory check(Pod pod, SandboxView sandbox, boolean running, PodMemory memory) {
        try {
            if (!PodPlaces.hostNetwork(pod)) {
                access.admit(pod, sandbox);
            }
            String foreign = usersThatAreNotItsOwn(pod, sandbox, running);
            if (!foreign.isEmpty()) {
                return held(pod, running, memory, "UsersNotSeparate", foreign);
            }
            // What is being resized is looked at when that is done.
            String difference =
                    memory.resizing().progress().isPresent() ? "" : limitsThatDoNotHold(pod);
            return difference.isEmpty()
                    ? memory.checked(sandbox.id())
                    : failed(pod, memory, "LimitsNotInForce", difference);
        } catch (UnbindableException e) {
            return held(pod, running, memory, "NetworkNotReady", message(e));
        } catch (UsersException e) {
            return held(pod, running, memory, "UsersNotSeparate", message(e));
        } catch (NetworkException | CgroupException | IllegalArgumentException e) {
            return failed(pod, memory, "NetworkNotReady", message(e));
        }
    }

    /// A pod that must not run as it is: it does not begin, or has to leave.
    private PodMemory held(
            Pod pod, boolean running, PodMemory memory, String reason, String message) {
        return running
                ? memory.evicted(
                        Ending.Evicted.at(
                                clock.instant(),
                                new Eviction(Eviction.Cause.LIMIT, reason, message)))
                : failed(pod, memory, reason, message);
    }

    /// What the kernel shows of a pod that was to have users of its own; empty where it has them,
    /// or need not.
    private String usersThatAreNotItsOwn(Pod pod, SandboxView sandbox, boolean running) {
        Optional<UserRange> range = places.users(pod);
        if (range.isEmpty()) {
            return "";
        }
        OptionalLong process = runtime.process(sandbox.id());
        if (process.isEmpty()) {
            return "the runtime names no process of the pod's sandbox, whose users nobody knows";
        }
        return users.difference(range.get(), process.getAsLong(), running);
    }

    /// Clears away a sandbox that died.
    PodMemory recreate(Pod pod, SandboxView dead, PodMemory memory) {
        events.normal(
                pod,
                "",
                "SandboxChanged",
                "Pod sandbox changed, it will be killed and re-created.");
        runtime.stopSandbox(dead.id());
        return memory.checked("");
    }

    /// Stops a sandbox whose containers have ended.
    void stop(Pod pod, SandboxView sandbox) {
        runtime.stopSandbox(sandbox.id());
        firewall.forget(uid(pod));
    }

    /// Gives back what an ended pod holds beside its records and logs.
    void release(Pod pod) {
        firewall.forget(uid(pod));
        volumes.remove(uid(pod));
        users.release(uid(pod));
        cgroups.remove(places.cgroup(pod));
    }

    /// Removes every trace of a pod from the node.
    void remove(Pod pod, PodView view) {
        clear(pod, view);
        release(pod);
    }

    /// Removes the records of a pod that has ended, its sandboxes and containers, and its logs.
    void clear(Pod pod, PodView view) {
        for (SandboxView sandbox : view.sandboxes()) {
            runtime.stopSandbox(sandbox.id());
            runtime.removeSandbox(sandbox.id());
        }
        volumes.removeLogs(places.logDirectory(pod));
    }

    private String limitsThatDoNotHold(Pod pod) {
        PodLimitsInForce force = cgroups.inForce(places.cgroup(pod));
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

    private PodLimits limits(Pod pod, String handler) {
        String asked = PodPlaces.annotations(pod).get(Names.PIDS_ANNOTATION);
        long pids = asked == null ? settings.pids().most() : positive(asked);
        return new PodLimits(
                PodResources.of(pod),
                OptionalLong.of(pids + settings.pids().headroom().getOrDefault(handler, 0L)));
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

    private PodMemory failed(Pod pod, PodMemory memory, String reason, String message) {
        events.warning(pod, "", reason, message);
        Instant now = clock.instant();
        return memory.sandbox(
                Optional.of(
                        new Failure(reason, message, new BackOff(RETRY, now), now.plus(RETRY))));
    }
}
