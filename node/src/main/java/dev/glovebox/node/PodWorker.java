package dev.glovebox.node;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.network.NetworkException;
import dev.glovebox.node.cgroup.CgroupException;
import dev.glovebox.node.pod.ContainerState;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.PodMemory;
import dev.glovebox.node.pod.PodPlan;
import dev.glovebox.node.pod.PodPlanner;
import dev.glovebox.node.pod.PodStatuses;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.volume.VolumeException;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings one pod to where its spec wants it: looks, plans, does one step, and begins again. One
/// virtual thread, which alone changes anything of this pod; others only put mail.
///
/// It looks at the runtime itself before each plan, so that no stale list can make it start a
/// container twice. An end that containerd announced is believed before CRI shows it, once CRI had
/// [#LAG] to catch up, because only CRI's state says that the log is complete.
final class PodWorker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);
    private static final Duration LAG = Duration.ofSeconds(2);
    private static final Duration LAG_STEP = Duration.ofMillis(20);
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration FORCED_GRACE = Duration.ofSeconds(2);

    private final Cluster cluster;
    private final ContainerRuntime runtime;
    private final PodRunner runner;
    private final StatusWriter statuses;
    private final Clock clock;
    private final String hostAddress;
    private final Runnable afterwards;
    private final PodMailbox mailbox;

    private final Map<String, PodMail.Exited> announced = new HashMap<>();
    private final Set<String> seenEnded = new HashSet<>();
    private Pod pod;
    private PodMemory memory = PodMemory.NONE;
    private boolean gone;
    private boolean released;
    private boolean refresh;

    /// @param afterwards run when the pod is removed and the worker ends
    PodWorker(
            NodeParts parts,
            PodRunner runner,
            StatusWriter statuses,
            String hostAddress,
            Pod pod,
            Runnable afterwards) {
        this.cluster = parts.cluster();
        this.runtime = parts.runtime();
        this.runner = runner;
        this.statuses = statuses;
        this.clock = parts.clock();
        this.hostAddress = hostAddress;
        this.pod = pod;
        this.afterwards = afterwards;
        this.mailbox = new PodMailbox(clock);
    }

    PodMailbox mailbox() {
        return mailbox;
    }

    @Override
    public void run() {
        try {
            while (!mailbox.closed()) {
                mailbox.take().forEach(this::read);
                if (round()) {
                    afterwards.run();
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(PodMail mail) {
        switch (mail) {
            case PodMail.Spec(Pod latest) -> pod = latest;
            case PodMail.Gone() -> {
                gone = true;
                pod = deletedNow(pod);
            }
            case PodMail.Exited exited -> announced.put(exited.containerId(), exited);
            case PodMail.Image(var container, var state) -> memory = memory.image(container, state);
            case PodMail.StopFailed(var container) -> memory = memory.notKilling(container);
            case PodMail.Look() -> {}
            case PodMail.Refresh() -> refresh = true;
        }
    }

    /// One look, plan and step. Whether the pod is removed.
    private boolean round() throws InterruptedException {
        Instant now = clock.instant();
        try {
            PodView view = look(now);
            if (lags(view, now)) {
                mailbox.await(now.plus(LAG_STEP));
                return false;
            }
            noteEnds(view);
            if (refresh) {
                refresh = false;
                if (!released && !gone && !view.running().isEmpty()) {
                    runner.refreshVolumes(pod);
                }
            }
            PodPlan plan = PodPlanner.plan(pod, view, memory, now);
            if (!gone) {
                statuses.offer(pod, PodStatuses.of(pod, view, memory, now, hostAddress));
            }
            return carryOut(plan, view, now);
        } catch (RuntimeRefusal
                | NetworkException
                | CgroupException
                | VolumeException
                | ApiException e) {
            LOG.atWarn()
                    .addKeyValue("pod", key())
                    .addKeyValue("uid", pod.getMetadata().getUid())
                    .addKeyValue("cause", e.getMessage())
                    .log("a step for a pod failed and is tried again");
            mailbox.pause(RETRY);
            return false;
        }
    }

    private boolean carryOut(PodPlan plan, PodView view, Instant now) throws InterruptedException {
        switch (plan) {
            case PodPlan.StartSandbox(int attempt) ->
                    memory = runner.startSandbox(pod, attempt, memory);
            case PodPlan.CheckSandbox(var sandbox) ->
                    memory = runner.checkSandbox(pod, sandbox, memory);
            case PodPlan.RecreateSandbox(var dead) ->
                    memory = runner.recreateSandbox(pod, dead, memory);
            case PodPlan.EnsureImage(var container) ->
                    memory = runner.ensureImage(pod, container, memory, mailbox::put);
            case PodPlan.RunInit(var container, int attempt, var sandbox) ->
                    memory = runner.startContainer(pod, container, attempt, sandbox, view, memory);
            case PodPlan.StartContainer(var container, int attempt, var sandbox) ->
                    memory = runner.startContainer(pod, container, attempt, sandbox, view, memory);
            case PodPlan.Kill kill -> memory = runner.kill(pod, kill, memory, mailbox::put);
            case PodPlan.StopSandbox(var sandbox) -> runner.stopSandbox(pod, sandbox);
            case PodPlan.WaitUntil(Instant moment) -> mailbox.await(moment);
            case PodPlan.Finish() -> {
                if (!released) {
                    runner.release(pod);
                    released = true;
                }
                mailbox.await(now.plus(Duration.ofHours(1)));
            }
            case PodPlan.Remove() -> {
                remove(view);
                return true;
            }
        }
        return false;
    }

    private void remove(PodView view) throws InterruptedException {
        String uid = pod.getMetadata().getUid();
        if (!gone) {
            statuses.flush(uid);
        }
        runner.remove(pod, view);
        if (!gone) {
            try {
                cluster.delete(Resource.PODS, key(), DeleteOptions.now(uid));
            } catch (ApiException e) {
                // Already gone, or another pod has the name: both are what was wanted.
                if (e.reason() != StatusReason.NOT_FOUND && e.reason() != StatusReason.CONFLICT) {
                    throw e;
                }
            }
        }
        statuses.forget(uid);
    }

    private PodView look(Instant now) {
        PodView seen = runtime.look(pod.getMetadata().getUid());
        return new PodView(
                seen.sandboxes(),
                seen.containers().stream().map(c -> withMessage(overlaid(c, now))).toList());
    }

    /// Believes an announced end that CRI did not show in time.
    private ContainerView overlaid(ContainerView container, Instant now) {
        PodMail.Exited exited = announced.get(container.id());
        if (exited == null
                || !(container.state() instanceof ContainerState.Running(Instant startedAt))
                || now.isBefore(exited.at().plus(LAG))) {
            return container;
        }
        return container.with(
                new ContainerState.Exited(
                        startedAt,
                        exited.at(),
                        exited.exitCode(),
                        exited.exitCode() == 0 ? "Completed" : "Error",
                        ""));
    }

    private ContainerView withMessage(ContainerView container) {
        if (container.state() instanceof ContainerState.Exited e && e.message().isEmpty()) {
            String message = runner.terminationMessage(pod, container);
            return container.with(
                    new ContainerState.Exited(
                            e.startedAt(), e.finishedAt(), e.exitCode(), e.reason(), message));
        }
        return container;
    }

    private boolean lags(PodView view, Instant now) {
        return view.running().stream()
                .map(c -> announced.get(c.id()))
                .anyMatch(exited -> exited != null && now.isBefore(exited.at().plus(LAG)));
    }

    /// Attributes what the kernel killed for want of memory to the containers that ended since the
    /// last look.
    private void noteEnds(PodView view) {
        Set<String> killed = new HashSet<>();
        boolean anyNew = false;
        for (ContainerView container : view.containers()) {
            if (container.state() instanceof ContainerState.Exited exited
                    && seenEnded.add(container.id())) {
                anyNew = true;
                announced.remove(container.id());
                if (exited.exitCode() == 137 && !memory.killing().containsKey(container.id())) {
                    killed.add(container.id());
                }
            }
        }
        if (anyNew) {
            long count = runner.oomKills(pod);
            memory = memory.outOfMemory(count, count > memory.oomCount() ? killed : Set.of());
        }
    }

    private Pod deletedNow(Pod last) {
        Instant deadline = clock.instant().plus(FORCED_GRACE).truncatedTo(ChronoUnit.SECONDS);
        return new PodBuilder(last)
                .editMetadata()
                .withDeletionTimestamp(deadline.toString())
                .withDeletionGracePeriodSeconds(FORCED_GRACE.toSeconds())
                .endMetadata()
                .build();
    }

    private ObjectKey key() {
        return new ObjectKey(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
    }
}
