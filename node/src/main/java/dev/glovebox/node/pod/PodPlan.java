package dev.glovebox.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The next step for one pod.
public sealed interface PodPlan {
    /// Make the pod's cgroup, volumes and sandbox.
    record StartSandbox(int attempt) implements PodPlan {}

    /// Put the network's rules in place and see that the sandbox is what was asked for, before
    /// anything of the user's runs in it.
    record CheckSandbox(SandboxView sandbox) implements PodPlan {}

    /// Clear away a sandbox that died, so that another can follow.
    record RecreateSandbox(SandboxView dead) implements PodPlan {}

    /// Give the pod's cgroup and its running containers the resources that the node gave them.
    record Resize() implements PodPlan {}

    /// See that the image is on the node, or begin to fetch it.
    record EnsureImage(Container container) implements PodPlan {}

    /// Make and start an init container.
    record RunInit(Container container, int attempt, SandboxView sandbox) implements PodPlan {}

    /// Make and start a container.
    record StartContainer(Container container, int attempt, SandboxView sandbox)
            implements PodPlan {}

    /// Make and start an ephemeral container, which nothing ever restarts.
    record StartEphemeral(Container container, SandboxView sandbox) implements PodPlan {}

    /// Begin the end of containers: say so, and run their preStop hooks.
    ///
    /// @param grace until they are killed
    /// @param message why, in Kubernetes' words; empty where the pod as a whole ends
    /// @param ending why the pod as a whole ends; empty where it goes on
    record Terminate(
            List<ContainerView> containers, Duration grace, String message, Optional<Ending> ending)
            implements PodPlan {
        /// Copies.
        public Terminate {
            containers = List.copyOf(containers);
        }
    }

    /// Tell containers to end, and kill them after `grace`.
    record Kill(List<ContainerView> containers, Duration grace) implements PodPlan {
        /// Copies.
        public Kill {
            containers = List.copyOf(containers);
        }
    }

    /// Stop the sandbox and give back its address; all its containers have ended.
    record StopSandbox(SandboxView sandbox) implements PodPlan {}

    /// Nothing to do before that moment, or before something happens.
    record WaitUntil(Instant moment) implements PodPlan {}

    /// The pod has ended; what it held on the node is given back, its logs and records stay.
    record Finish() implements PodPlan {}

    /// The pod is deleted and has ended: remove every trace of it, then its API object.
    record Remove() implements PodPlan {}
}
