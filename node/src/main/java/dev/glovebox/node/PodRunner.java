package dev.glovebox.node;

import static dev.glovebox.node.PodPlaces.message;

import dev.glovebox.node.cgroup.CgroupPath;
import dev.glovebox.node.cgroup.PodCgroups;
import dev.glovebox.node.oom.OomKills;
import dev.glovebox.node.pod.ContainerState;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.pod.ProbeKind;
import dev.glovebox.node.pod.SandboxView;
import dev.glovebox.node.probe.PodProbes;
import dev.glovebox.node.probe.Prober;
import dev.glovebox.node.pull.PulledImages;
import dev.glovebox.node.resize.Allocations;
import dev.glovebox.node.spec.PodConfigs;
import dev.glovebox.node.spec.PodObjects;
import dev.glovebox.node.volume.ContentVolumes;
import dev.glovebox.node.volume.PodVolumes;
import dev.glovebox.node.volume.VolumeException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/// Carries out steps for pods and answers what the worker is to remember of them. Everything that
/// fails here becomes an event and a failure to be tried again; nothing of the user's starts past a
/// failure.
final class PodRunner {
    private final ContainerRuntime runtime;
    private final PodConfigs configs;
    private final PodCgroups cgroups;
    private final OomKills oomKills;
    private final PodVolumes volumes;
    private final PodEvents events;
    private final PodPlaces places;
    private final SandboxSteps sandboxes;
    private final ContainerSteps containers;
    private final ResizeSteps resizes;
    private final EndSteps ends;
    private final ImageFetcher images;
    private final Allocations allocations;
    private final LastWords lastWords;
    private final Clock clock;

    /// @param allocations what the node gave to its pods
    /// @param pulled which of its images are for whom
    PodRunner(
            NodeParts parts,
            NodeSettings settings,
            PodConfigs configs,
            PodEvents events,
            Allocations allocations,
            PulledImages pulled) {
        this.allocations = allocations;
        this.runtime = parts.runtime();
        this.configs = configs;
        this.cgroups = parts.cgroups();
        this.oomKills = parts.oomKills();
        this.volumes = parts.volumes();
        this.events = events;
        this.clock = parts.clock();
        this.places = new PodPlaces(settings, configs, cgroups, parts.users());
        this.sandboxes = new SandboxSteps(parts, settings, places, events);
        this.containers = new ContainerSteps(parts, configs, places, events);
        this.resizes = new ResizeSteps(parts, settings, configs, places, events);
        this.ends = new EndSteps(parts, configs, events);
        this.lastWords = new LastWords(volumes, places);
        this.images =
                new ImageFetcher(
                        runtime,
                        pulled,
                        new PullSecrets(new ClusterObjects(parts.cluster()), events),
                        events,
                        clock,
                        places::whileFetching);
    }

    SandboxSteps sandboxes() {
        return sandboxes;
    }

    ContainerSteps containers() {
        return containers;
    }

    ResizeSteps resizes() {
        return resizes;
    }

    EndSteps ends() {
        return ends;
    }

    Allocations allocations() {
        return allocations;
    }

    ImageFetcher images() {
        return images;
    }

    /// Brings what the API fills in the pod's volumes up to date. What cannot be, stays as it is,
    /// and an event says why.
    ///
    /// @param objects of the API
    void refreshVolumes(Pod pod, PodObjects objects) {
        if (!ContentVolumes.holdsAny(pod)) {
            return;
        }
        try {
            volumes.refresh(pod, objects);
        } catch (VolumeException e) {
            events.warning(pod, "", "FailedMount", message(e));
        }
    }

    /// Probes of one pod, which say what they come to as mail.
    PodProbes probes(Pod pod, PodMailbox mailbox) {
        return new PodProbes(
                new Prober(runtime::run),
                new PodProbes.Listener() {
                    @Override
                    public void verdict(String container, ProbeKind kind, boolean passed) {
                        mailbox.put(new PodMail.Probed(container, kind, passed));
                    }

                    @Override
                    public void event(String name, String reason, String message) {
                        events.warning(pod, name, reason, message);
                    }
                },
                clock);
    }

    /// Where the pod is reached from the node.
    String address(Pod pod, PodView view) {
        return configs.address(pod, view.sandbox().map(SandboxView::address).orElse(""));
    }

    /// Processes of a pod that the kernel killed for want of memory, by the name of the cgroup
    /// right below the pod's own: what those count that are there, and what the kernel said of all.
    Map<String, Long> oomKills(Pod pod) {
        CgroupPath cgroup = places.cgroup(pod);
        Map<String, Long> kills = new HashMap<>(cgroups.oomKills(cgroup));
        oomKills.of(cgroup.value()).forEach((name, count) -> kills.merge(name, count, Long::max));
        return kills;
    }

    /// Whether what a container said is read from its log, which has to be complete for that.
    boolean speaksByItsLog(Pod pod, ContainerView container, ContainerState.Exited exited) {
        return PodFacts.named(pod, container.name())
                .filter(spec -> LastWords.mayBeTheLog(spec, exited))
                .isPresent();
    }

    /// A container's end with what it said.
    ContainerState.Exited lastWords(
            Pod pod, ContainerView container, ContainerState.Exited exited) {
        Container spec = PodFacts.named(pod, container.name()).orElse(new Container());
        return lastWords.of(pod, spec, container, exited);
    }
}
