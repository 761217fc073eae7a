package dev.glovebox.node;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.network.NetworkException;
import dev.glovebox.node.cgroup.CgroupException;
import dev.glovebox.node.pod.ContainerMemory.PostStart;
import dev.glovebox.node.pod.Ending;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.pod.PodMemory;
import dev.glovebox.node.pod.PodPlan;
import dev.glovebox.node.pod.PodPlanner;
import dev.glovebox.node.pod.PodStatuses;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.pod.SandboxView;
import dev.glovebox.node.pod.Termination;
import dev.glovebox.node.probe.PodProbes;
import dev.glovebox.node.resize.Standing;
import dev.glovebox.node.volume.VolumeException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Brings one pod to where its spec wants it: looks, plans, does one step, and begins again. One
/// virtual thread, which alone changes anything of this pod; others only put mail.
///
/// It looks at the runtime itself before each plan, so that no stale list can make it start a
/// container twice; after a step that changed nothing there, what it saw before is good enough
/// where no mail told of anything but its spec meanwhile. An end that containerd announced is told
/// at once where it leaves nothing open; it is acted upon when CRI shows it, or had
/// [AnnouncedEnds#LAG] to do so.
final class PodWorker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);
    private static final Duration FIRST_LAG_STEP = Duration.ofMillis(2);
    private static final Duration LAST_LAG_STEP = Duration.ofMillis(20);
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration FORCED_GRACE = Duration.ofSeconds(2);

    private final Cluster cluster;
    private final ContainerRuntime runtime;
    private final PodRunner runner;
    private final StatusWriter statuses;
    private final Clock clock;
    private final List<String> hostAddresses;
    private final Runnable afterwards;
    private final PodMailbox mailbox;

    private final ContainerEnds ends;
    private final PodProbes probes;

    /// The pod as the API has it.
    private Pod wanted;

    /// The pod with the resources that the node gave it.
    private Pod pod;

    private PodMemory memory;
    private String startTime = "";
    private boolean gone;
    private boolean released;
    private final VolumeCare volumes;
    private boolean clear;

    /// What was seen before the last step, where that changed nothing in the runtime.
    private Optional<PodView> unchanged = Optional.empty();

    /// What was seen before there was nothing left to do but to wait.
    private PodView rested = PodView.NONE;

    /// @param logs hears of ends that are told early
    /// @param afterwards run when the pod is removed and the worker ends
    PodWorker(
            NodeParts parts,
            PodRunner runner,
            StatusWriter statuses,
            LateLogs logs,
            List<String> hostAddresses,
            Pod pod,
            Runnable afterwards) {
        this.cluster = parts.cluster();
        this.runtime = parts.runtime();
        this.runner = runner;
        this.statuses = statuses;
        this.ends = new ContainerEnds(runner, logs);
        this.clock = parts.clock();
        this.hostAddresses = hostAddresses;
        this.wanted = pod;
        this.pod = pod;
        this.memory = PodMemory.found(pod, clock.instant());
        this.afterwards = afterwards;
        this.mailbox = new PodMailbox(clock);
        this.probes = runner.probes(pod, mailbox);
        this.volumes = new VolumeCare(runner::refreshVolumes);
    }

    PodMailbox mailbox() {
        return mailbox;
    }

    @Override
    public void run() {
        try (probes) {
            while (!mailbox.closed()) {
                List<PodMail> mail = mailbox.take();
                mail.forEach(this::read);
                // What the API says of the pod, of our own writing mostly, is nothing that runs.
                if (!mail.stream().allMatch(PodMail.Spec.class::isInstance)) {
                    unchanged = Optional.empty();
                }
                if (volumes.areAllThatIsDue(mail, clock.instant())) {
                    volumes.refresh(pod);
                    mailbox.await(volumes.restUntil());
                } else if (round()) {
                    afterwards.run();
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ends.forget();
        }
    }

    private void read(PodMail mail) {
        switch (mail) {
            case PodMail.Spec(Pod latest) -> wanted = latest;
            case PodMail.Gone() -> {
                gone = true;
                wanted = deletedNow(wanted);
            }
            case PodMail.Exited exited -> ends.heard(exited);
            case PodMail.Image(var container, var state) -> memory = memory.image(container, state);
            case PodMail.StopFailed(var container) ->
                    memory = memory.container(container, c -> c.ending(Termination::unsignalled));
            case PodMail.PreStopped(var container) ->
                    memory = memory.container(container, c -> c.ending(Termination::hooked));
            case PodMail.PostStarted(var container, var name, var failure) ->
                    memory =
                            failure.map(cause ->
                                            runner.containers()
                                                    .hookFailed(container, name, cause, memory))
                                    .orElseGet(() ->
                                            memory.container(
                                                    container, c -> c.postStart(PostStart.OVER)));
            case PodMail.Probed(var container, var kind, boolean passed) ->
                    memory = memory.container(container, c -> c.probed(kind, passed));
            case PodMail.Evict(var eviction) ->
                    memory = memory.evicted(Ending.Evicted.at(clock.instant(), eviction));
            case PodMail.Look() -> {}
            case PodMail.Refresh(var objects) -> volumes.ask(objects);
            case PodMail.Clear() -> clear = true;
        }
    }

    /// One look, plan and step. Whether the pod is removed.
    private boolean round() throws InterruptedException {
        Instant now = clock.instant();
        // Until it is known better: what fails from here on must not wait for an old moment.
        volumes.rest(Instant.MIN);
        try {
            follow();
            if (tellEnds(now)) {
                return false;
            }
            PodView view = unchanged.isPresent() ? unchanged.get() : look(now);
            unchanged = Optional.empty();
            List<String> late = ends.late(view, now);
            if (!late.isEmpty()) {
                awaitEnd(late, now.plus(AnnouncedEnds.LAG));
                return false;
            }
            memory = ends.noted(pod, view, memory);
            volumes.looked(!released && !gone && !view.running().isEmpty());
            volumes.refresh(pod);
            probes.follow(
                    pod,
                    view,
                    memory,
                    runner.address(pod, view),
                    PodPlanner.ending(pod, view, memory, now));
            PodPlan plan = PodPlanner.plan(pod, view, memory, now);
            PodStatus status = PodStatuses.of(pod, view, memory, now, hostAddresses);
            startTime = status.getStartTime();
            pod = begunAt(pod, startTime);
            if (!gone) {
                statuses.offer(pod, status);
            }
            return carryOut(plan, view, now);
        } catch (RuntimeRefusal
                | NetworkException
                | CgroupException
                | VolumeException
                | ApiException e) {
            again(LOG.atWarn().addKeyValue("cause", e.getMessage()));
        } catch (RuntimeException e) {
            // What nobody thought of: its pod is not given up for it.
            again(LOG.atError().setCause(e));
        }
        return false;
    }

    /// Takes the pod as it is to be now.
    private void follow() {
        Standing standing = runner.allocations().follow(wanted);
        memory = memory.follow(standing, wanted);
        pod = begunAt(standing.allocated().over(wanted), startTime);
    }

    private void again(LoggingEventBuilder log) throws InterruptedException {
        log.addKeyValue("pod", key())
                .addKeyValue("uid", pod.getMetadata().getUid())
                .log("a step for a pod failed and is tried again");
        mailbox.pause(RETRY);
    }

    private boolean carryOut(PodPlan plan, PodView view, Instant now) throws InterruptedException {
        switch (plan) {
            case PodPlan.StartSandbox(int attempt) ->
                    memory = runner.sandboxes().start(pod, attempt, memory);
            case PodPlan.CheckSandbox(var sandbox) -> {
                memory = runner.sandboxes().check(pod, sandbox, !view.running().isEmpty(), memory);
                unchanged = Optional.of(view);
            }
            case PodPlan.RecreateSandbox(var dead) ->
                    memory = runner.sandboxes().recreate(pod, dead, memory);
            case PodPlan.Resize() -> {
                // Whoever comes after this agent must know that it had begun.
                if (!gone) {
                    statuses.flush(pod.getMetadata().getUid());
                }
                memory = runner.resizes().carryOut(pod, view, memory);
            }
            case PodPlan.EnsureImage(var container) -> {
                memory = runner.images().ensure(pod, container, memory, mailbox::put);
                unchanged = Optional.of(view);
            }
            case PodPlan.RunInit(var container, int attempt, var sandbox) ->
                    start(container, attempt, sandbox, view);
            case PodPlan.StartContainer(var container, int attempt, var sandbox) ->
                    start(container, attempt, sandbox, view);
            case PodPlan.StartEphemeral(var container, var sandbox) ->
                    start(container, 0, sandbox, view);
            case PodPlan.Terminate terminate ->
                    memory = runner.ends().terminate(pod, view, terminate, memory, mailbox::put);
            case PodPlan.Kill kill -> memory = runner.ends().kill(kill, memory, mailbox::put);
            case PodPlan.StopSandbox(var sandbox) -> runner.sandboxes().stop(pod, sandbox);
            case PodPlan.WaitUntil(Instant moment) -> {
                Instant next =
                        PodStatuses.nextChange(memory, now).filter(moment::isAfter).orElse(moment);
                volumes.rest(next);
                rested = view;
                mailbox.await(next);
            }
            case PodPlan.Finish() -> {
                if (!released) {
                    runner.sandboxes().release(pod);
                    released = true;
                }
                // Not before the API says how it ended: nobody else would know.
                if (clear && PodFacts.terminal(pod)) {
                    runner.sandboxes().clear(pod, view);
                    clear = false;
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

    private void start(Container container, int attempt, SandboxView sandbox, PodView view) {
        memory =
                runner.containers()
                        .start(pod, container, attempt, sandbox, view, memory, mailbox::put);
    }

    private void remove(PodView view) throws InterruptedException {
        String uid = pod.getMetadata().getUid();
        if (!gone) {
            statuses.flush(uid);
        }
        runner.sandboxes().remove(pod, view);
        runner.allocations().forget(uid);
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
        return ends.seen(pod, runtime.look(pod.getMetadata().getUid()), now);
    }

    /// Tells of ends that were announced since there was nothing to do but to wait, and waits for
    /// CRI to show them. Where the kernel may have killed for want of memory, or the last words are
    /// the log's, they are told when CRI does.
    ///
    /// @return whether there was anything to tell
    private boolean tellEnds(Instant now) throws InterruptedException {
        PodView before = rested;
        List<String> late = ends.late(before, now);
        rested = PodView.NONE;
        if (gone || late.isEmpty()) {
            return false;
        }
        Optional<PodView> foreseen = ends.foreseen(pod, before, memory);
        if (foreseen.isEmpty()) {
            return false;
        }
        statuses.offer(pod, PodStatuses.of(pod, foreseen.get(), memory, now, hostAddresses));
        awaitEnd(late, now.plus(AnnouncedEnds.LAG));
        return true;
    }

    /// Waits until CRI shows one of those ends too, asking for these containers alone, the first
    /// times soon; no longer than until `latest` or until mail comes.
    private void awaitEnd(List<String> containers, Instant latest) throws InterruptedException {
        Duration step = FIRST_LAG_STEP;
        while (mailbox.isQuiet()
                && clock.instant().isBefore(latest)
                && containers.stream().allMatch(runtime::runs)) {
            mailbox.await(clock.instant().plus(step));
            step = step.multipliedBy(3).dividedBy(2);
            step = step.compareTo(LAST_LAG_STEP) > 0 ? LAST_LAG_STEP : step;
        }
    }

    /// The pod with the moment at which this node began with it: what comes from the API may be
    /// older than what was written to it.
    private static Pod begunAt(Pod pod, String startTime) {
        String known = pod.getStatus() == null ? null : pod.getStatus().getStartTime();
        return startTime.isEmpty() || startTime.equals(known)
                ? pod
                : new PodBuilder(pod)
                        .editOrNewStatus()
                        .withStartTime(startTime)
                        .endStatus()
                        .build();
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
