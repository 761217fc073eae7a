package dev.glovebox.engine;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.control.CheckSpec;
import dev.glovebox.control.Conversation;
import dev.glovebox.control.Refusal;
import dev.glovebox.control.RunSpec;
import dev.glovebox.cri.ContainerStatus;
import dev.glovebox.runtimes.SandboxFacts;
import dev.glovebox.runtimes.check.Captured;
import dev.glovebox.runtimes.check.Ending;
import dev.glovebox.runtimes.check.RefusedCalls;
import dev.glovebox.runtimes.check.RefusedCallsFile;
import dev.glovebox.runtimes.check.Side;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// One run of what is checked, under gVisor or under runc: makes the pod, gives it its input, keeps
/// what it writes, ends it when its time is up or its question is answered, and removes it.
final class CheckRun {
    private final Cluster cluster;
    private final List<Parts> nodes;
    private final CheckSpec check;
    private final byte[] input;
    private final Conversation talk;
    private final KeptOutput out = new KeptOutput();
    private final KeptOutput err = new KeptOutput();

    /// @param check with an image that the nodes have
    /// @param input what the program reads
    CheckRun(Cluster cluster, List<Parts> nodes, CheckSpec check, byte[] input, Conversation talk) {
        this.cluster = cluster;
        this.nodes = nodes;
        this.check = check;
        this.input = input.clone();
        this.talk = talk;
    }

    /// What a run left.
    ///
    /// @param refused what gVisor refused; nothing under runc
    /// @param host what the host saw of the sandbox; empty where it had ended by then
    record Left(Side side, RefusedCalls refused, Optional<SandboxFacts> host) {}

    /// Runs it once.
    ///
    /// @throws Refusal where it could not be run, which says nothing about the program
    Left under(RunSpec.Isolation isolation) throws Refusal, IOException, InterruptedException {
        RunSpec spec = check.run().under(isolation);
        RunNamespace.ensure(cluster, CheckPod.namespace(spec));
        Pod pod =
                cluster.create(Resource.PODS, CheckPod.of(spec, spec.image(), Parts.names(nodes)));
        OnePod one = new OnePod(cluster, nodes, pod);
        try (CheckMeter meter = CheckMeter.of(nodes, pod);
                Reflector<Pod> pods = one.reflector()) {
            talk.onHangUp(one::end);
            return follow(spec, one, new PodWatch(pods, one), meter);
        } finally {
            one.remove();
        }
    }

    private Left follow(RunSpec spec, OnePod one, PodWatch watch, CheckMeter meter)
            throws Refusal, IOException, InterruptedException {
        Parts node;
        try {
            node = watch.awaitStart();
        } catch (Refusal e) {
            ContainerStateTerminated end = watch.startError().orElseThrow(() -> e);
            return new Left(
                    notStarted(spec, end), new RefusedCalls(List.of(), true), Optional.empty());
        }
        String container = container(one);
        boolean gvisor = spec.isolation() == RunSpec.Isolation.GVISOR;
        CheckGuard guard =
                gvisor
                        ? CheckGuard.over(node, one, refusedCalls(node, container))
                        : CheckGuard.NONE;
        try (guard;
                TimeUp timer = new TimeUp(spec.timeout(), one::endAndKeep);
                CheckQuestion question =
                        CheckQuestion.ask(
                                node.cri(), container, check.question(), one::endAndKeep);
                RunStreams streams =
                        new RunStreams(
                                node.streams(),
                                spec,
                                new RunStreams.Ends(new ByteArrayInputStream(input), out, err),
                                one.key())) {
            streams.pass(_ -> {});
            Optional<ContainerStateTerminated> seen = watch.awaitEnd();
            guard.requireSound();
            ContainerStateTerminated end = seen.orElseThrow(CheckRun::deleted);
            if (RunOutcome.notStarted(end)) {
                return new Left(
                        notStarted(spec, end), new RefusedCalls(List.of(), true), guard.seen());
            }
            boolean stopped = timer.fired() || question.answered();
            Side side =
                    new Side(
                            stopped ? new Ending.KeptRunning() : exited(spec, end),
                            new Captured(out.bytes(), out.truncated()),
                            new Captured(err.bytes(), err.truncated()),
                            question.answer(),
                            new Side.Use(
                                    wall(node.cri().containerStatus(container).getStatus()),
                                    meter.cpuNanos(),
                                    meter.memoryPeak()));
            return new Left(
                    side,
                    gvisor
                            ? read(refusedCalls(node, container))
                            : new RefusedCalls(List.of(), true),
                    guard.seen());
        }
    }

    /// CRI's id of the one container.
    private String container(OnePod one) throws Refusal {
        return cluster.get(Resource.PODS, one.key())
                .filter(one::isThis)
                .map(OnePod::containers)
                .filter(ids -> !ids.isEmpty())
                .map(List::getFirst)
                .orElseThrow(CheckRun::deleted);
    }

    private static RefusedCallsFile refusedCalls(Parts node, String container) {
        Path log = Path.of(node.cri().containerStatus(container).getStatus().getLogPath());
        Path pod = log.getParent() == null ? null : log.getParent().getParent();
        if (pod == null) {
            throw new EngineException("a container's log is at " + log);
        }
        return new RefusedCallsFile(pod);
    }

    private static RefusedCalls read(RefusedCallsFile file) throws IOException {
        try {
            return file.read();
        } catch (NoSuchFileException e) {
            return new RefusedCalls(List.of(), false);
        }
    }

    private static Ending exited(RunSpec spec, ContainerStateTerminated end) {
        RunOutcome outcome = RunOutcome.of(spec, end);
        return new Ending.Exited(outcome.exitCode(), outcome.reason());
    }

    /// What is left of a run whose command could not be started.
    private static Side notStarted(RunSpec spec, ContainerStateTerminated end) {
        Captured nothing = new Captured(new byte[0], false);
        return new Side(
                new Ending.NotStarted(RunOutcome.of(spec, end).message()),
                nothing,
                nothing,
                Optional.empty(),
                new Side.Use(Duration.ZERO, OptionalLong.empty(), OptionalLong.empty()));
    }

    private static Duration wall(ContainerStatus status) {
        return Duration.ofNanos(Math.max(0, status.getFinishedAt() - status.getStartedAt()));
    }

    private static Refusal deleted() {
        return new Refusal(CheckRequest.NOT_CHECKED, "the pod was deleted while it ran");
    }
}
