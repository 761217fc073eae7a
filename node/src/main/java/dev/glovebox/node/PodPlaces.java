package dev.glovebox.node;

import dev.glovebox.cri.PodSandboxConfig;
import dev.glovebox.model.Names;
import dev.glovebox.network.Reach;
import dev.glovebox.node.cgroup.CgroupPath;
import dev.glovebox.node.cgroup.PodCgroups;
import dev.glovebox.node.cgroup.PodResources;
import dev.glovebox.node.spec.PodConfigs;
import dev.glovebox.node.spec.SpecException;
import dev.glovebox.node.users.PodUserRanges;
import dev.glovebox.node.users.UserRange;
import dev.glovebox.node.users.UsersException;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Where a pod's things lie on the node, and the sandbox that all its steps speak of.
record PodPlaces(
        NodeSettings settings, PodConfigs configs, PodCgroups cgroups, PodUserRanges users) {
    Path logDirectory(Pod pod) {
        return settings.logDirectory(pod);
    }

    /// The log of one run of a container.
    Path log(Pod pod, String container, int attempt) {
        return logDirectory(pod).resolve(container).resolve(attempt + ".log");
    }

    CgroupPath cgroup(Pod pod) {
        return cgroups.path(PodResources.of(pod).qos(), uid(pod));
    }

    PodSandboxConfig sandbox(Pod pod, int attempt) {
        return sandbox(pod, attempt, reach(pod));
    }

    PodSandboxConfig sandbox(Pod pod, int attempt, Reach reach) {
        return sandbox(pod, attempt, reach, users(pod));
    }

    /// The sandbox as whoever fetches an image is told of it, which nobody runs by that.
    PodSandboxConfig whileFetching(Pod pod) {
        return sandbox(pod, 0, Reach.CLUSTER, Optional.empty());
    }

    private PodSandboxConfig sandbox(Pod pod, int attempt, Reach reach, Optional<UserRange> users) {
        return configs.sandbox(
                pod, attempt, logDirectory(pod).toString(), cgroup(pod).value(), reach, users);
    }

    /// The ids that the pod's own users have on the host; empty where they are the host's.
    ///
    /// @throws UsersException where it is to have some and cannot
    Optional<UserRange> users(Pod pod) {
        return users.of(pod);
    }

    /// What the pod reaches over the network.
    ///
    /// @throws SpecException where it asks for what excludes each other
    static Reach reach(Pod pod) {
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

    static boolean hostNetwork(Pod pod) {
        return Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
    }

    static Map<String, String> annotations(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }

    static String uid(Pod pod) {
        return pod.getMetadata().getUid();
    }

    /// What a failure says of itself.
    static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
