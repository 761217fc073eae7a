package dev.glovebox.node;

import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.Ending;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.pod.PodMemory;
import dev.glovebox.node.pod.PodPlan;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.pod.SandboxView;
import dev.glovebox.node.pod.Termination;
import dev.glovebox.node.probe.Hooks;
import dev.glovebox.node.spec.PodConfigs;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends containers: says so, runs their preStop hooks, tells the runtime to stop them. Each of
/// these that takes time has a thread of its own; what came of it is mail.
final class EndSteps {
    private static final Logger LOG = LoggerFactory.getLogger(EndSteps.class);

    private final ContainerRuntime runtime;
    private final PodConfigs configs;
    private final PodEvents events;
    private final Hooks hooks;
    private final Clock clock;

    EndSteps(NodeParts parts, PodConfigs configs, PodEvents events) {
        this.runtime = parts.runtime();
        this.clock = parts.clock();
        this.hooks = new Hooks(parts.runtime()::run);
        this.configs = configs;
        this.events = events;
    }

    /// Begins the end of containers.
    PodMemory terminate(
            Pod pod,
            PodView view,
            PodPlan.Terminate plan,
            PodMemory memory,
            Consumer<PodMail> mail) {
        if (plan.ending().filter(Ending.DeadlineExceeded.class::isInstance).isPresent()) {
            events.normal(
                    pod,
                    "",
                    "DeadlineExceeded",
                    "Pod was active on the node longer than the specified deadline");
        }
        PodMemory next = memory;
        Instant deadline = clock.instant().plus(plan.grace());
        for (ContainerView container : plan.containers()) {
            String message =
                    plan.message().isEmpty()
                            ? "Stopping container " + container.name()
                            : plan.message();
            events.normal(pod, container.name(), "Killing", message);
            boolean hooking = plan.grace().isPositive() && preStop(pod, container).isPresent();
            next =
                    next.container(
                            container.id(),
                            c -> c.ending(new Termination(deadline, hooking, false)));
            if (hooking) {
                Thread.ofVirtual()
                        .name("preStop " + container.id())
                        .start(() -> preStop(pod, view, container, plan.grace(), mail));
            }
        }
        return next;
    }

    private static Optional<LifecycleHandler> preStop(Pod pod, ContainerView container) {
        return PodFacts.named(pod, container.name())
                .map(c -> c.getLifecycle())
                .map(lifecycle -> lifecycle.getPreStop());
    }

    private void preStop(
            Pod pod,
            PodView view,
            ContainerView container,
            Duration limit,
            Consumer<PodMail> mail) {
        String address = configs.address(pod, view.sandbox().map(SandboxView::address).orElse(""));
        Optional<String> failure =
                hooks.run(
                        pod,
                        PodFacts.named(pod, container.name()).orElseThrow(),
                        container.id(),
                        address,
                        preStop(pod, container).orElseThrow(),
                        limit);
        if (failure.isPresent()) {
            events.warning(pod, container.name(), "FailedPreStopHook", "PreStopHook failed");
        }
        mail.accept(new PodMail.PreStopped(container.id()));
    }

    /// Tells the runtime to stop containers; their ends are facts that come later.
    PodMemory kill(PodPlan.Kill kill, PodMemory memory, Consumer<PodMail> mail) {
        PodMemory next = memory;
        Instant deadline = clock.instant().plus(kill.grace());
        for (ContainerView container : kill.containers()) {
            next =
                    next.container(
                            container.id(), c -> c.ending(new Termination(deadline, false, true)));
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
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("container", container.id())
                    .setCause(e)
                    .log("stopping a container went wrong");
            mail.accept(new PodMail.StopFailed(container.id()));
        }
    }
}
