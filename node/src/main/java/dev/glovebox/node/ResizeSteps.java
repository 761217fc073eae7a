package dev.glovebox.node;

import static dev.glovebox.node.PodPlaces.message;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.node.cgroup.CgroupException;
import dev.glovebox.node.cgroup.CgroupPath;
import dev.glovebox.node.cgroup.PodCgroups;
import dev.glovebox.node.cgroup.PodLimits;
import dev.glovebox.node.cgroup.PodLimitsInForce;
import dev.glovebox.node.cgroup.PodResources;
import dev.glovebox.node.pod.BackOff;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.Failure;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.pod.PodMemory;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.pod.Resizing;
import dev.glovebox.node.resize.ContainerAmounts;
import dev.glovebox.node.spec.PodConfigs;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/// Gives running pods other resources. The pod's own cgroup is widened first and narrowed last, so
/// that it never bounds its containers closer than they are bound themselves. Pods that are one
/// whole to the host, as under gVisor, are bound by their own cgroup alone. All of it can be done
/// again by an agent that does not know how far another came. Source:
/// `k8s.io/kubernetes/pkg/kubelet/kuberuntime` (`doPodResizeAction`).
final class ResizeSteps {
    private static final Duration RETRY = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final NodeSettings.Pids pids;
    private final ContainerRuntime runtime;
    private final PodConfigs configs;
    private final PodCgroups cgroups;
    private final PodPlaces places;
    private final PodEvents events;
    private final Clock clock;

    ResizeSteps(
            NodeParts parts,
            NodeSettings settings,
            PodConfigs configs,
            PodPlaces places,
            PodEvents events) {
        this.pids = settings.pids();
        this.runtime = parts.runtime();
        this.configs = configs;
        this.cgroups = parts.cgroups();
        this.places = places;
        this.events = events;
        this.clock = parts.clock();
    }

    /// Puts in force what the pod was given.
    ///
    /// @param pod with the resources that it was given
    PodMemory carryOut(Pod pod, PodView view, PodMemory memory) {
        try {
            List<ContainerView> bound = bound(view, memory.resizing());
            CgroupPath path = places.cgroup(pod);
            PodLimitsInForce before = cgroups.inForce(path);
            PodLimits wanted = new PodLimits(PodResources.of(pod), before.pids());
            String refusal = belowUse(path, before, wanted, bound, memory.resizing());
            if (!refusal.isEmpty()) {
                return failed(memory, refusal);
            }
            cgroups.limit(path, before.raise(wanted));
            for (ContainerView each : bound) {
                Container container = PodFacts.named(pod, each.name()).orElseThrow();
                runtime.resize(each.id(), configs.resized(pod, container));
            }
            cgroups.limit(path, wanted);
            String difference = difference(wanted, cgroups.inForce(path));
            if (!difference.isEmpty()) {
                return failed(memory, difference);
            }
        } catch (CgroupException | RuntimeRefusal e) {
            return failed(memory, message(e));
        }
        events.normal(pod, "", "ResizeCompleted", "Pod resize completed: " + summary(pod));
        return memory.resizing(Resizing::done);
    }

    /// Running containers that have limits of their own on the host and can get others.
    private List<ContainerView> bound(PodView view, Resizing resizing) {
        if (view.sandbox().filter(s -> pids.areOne(s.handler())).isPresent()) {
            return List.of();
        }
        return view.running().stream()
                .filter(c -> resizing.standing().allocated().containers().containsKey(c.name()))
                .toList();
    }

    /// What of the memory that is to be taken away is in use, in the kubelet's words; empty where
    /// nothing is.
    private String belowUse(
            CgroupPath path,
            PodLimitsInForce before,
            PodLimits wanted,
            List<ContainerView> bound,
            Resizing resizing) {
        List<String> errors = new ArrayList<>();
        OptionalLong limit = wanted.resources().memoryLimit();
        boolean less =
                limit.isPresent()
                        && (before.memory().isEmpty()
                                || limit.getAsLong() < before.memory().getAsLong());
        OptionalLong used = cgroups.memoryInUse(path);
        if (less && used.isPresent() && used.getAsLong() >= limit.getAsLong()) {
            errors.add(
                    "attempting to set pod memory limit (%d) below current usage (%d)"
                            .formatted(limit.getAsLong(), used.getAsLong()));
        }
        for (ContainerView each : bound) {
            ContainerAmounts now = resizing.actual().amounts(each.name());
            ContainerAmounts then = resizing.standing().allocated().amounts(each.name());
            OptionalLong own = cgroups.memoryInUse(path.child(each.id()));
            if (now.hasLessMemoryIn(then)
                    && own.isPresent()
                    && own.getAsLong() >= then.memoryLimit()) {
                errors.add(
                        "attempting to set container \"%s\" memory limit (%d) below current usage (%d)"
                                .formatted(each.name(), then.memoryLimit(), own.getAsLong()));
            }
        }
        return switch (errors.size()) {
            case 0 -> "";
            case 1 -> "cannot decrease memory limits: " + errors.getFirst();
            default -> "cannot decrease memory limits: [" + String.join(", ", errors) + "]";
        };
    }

    /// What the kernel does not hold the pod to; empty where it does.
    private static String difference(PodLimits wanted, PodLimitsInForce force) {
        OptionalLong memory = wanted.resources().memoryLimit();
        if (memory.isPresent()
                && (force.memory().isEmpty() || force.memory().getAsLong() > memory.getAsLong())) {
            return "the pod's memory limit is not in force: " + force.memory();
        }
        OptionalLong quota = wanted.cpuQuota();
        return quota.isPresent()
                        && (force.cpuQuota().isEmpty()
                                || force.cpuQuota().getAsLong() > quota.getAsLong())
                ? "the pod's limit on processors is not in force: " + force.cpuQuota()
                : "";
    }

    /// The resources of all containers as the kubelet's event has them.
    private static String summary(Pod pod) {
        ObjectNode all = JSON.createObjectNode();
        list(all, "initContainers", PodFacts.initContainers(pod));
        list(all, "containers", pod.getSpec().getContainers());
        return all.toString();
    }

    private static void list(ObjectNode all, String name, List<Container> containers) {
        if (containers.isEmpty()) {
            return;
        }
        ArrayNode list = all.putArray(name);
        for (Container container : containers) {
            ResourceRequirements resources =
                    Objects.requireNonNullElseGet(
                            container.getResources(), ResourceRequirements::new);
            list.addObject()
                    .put("name", container.getName())
                    .set("resources", JSON.valueToTree(resources));
        }
    }

    private PodMemory failed(PodMemory memory, String message) {
        Instant now = clock.instant();
        return memory.resizing(r ->
                r.failed(new Failure("Error", message, new BackOff(RETRY, now), now.plus(RETRY))));
    }
}
