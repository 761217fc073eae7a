package dev.glovebox.node.spec;

import dev.glovebox.cri.ContainerConfig;
import dev.glovebox.cri.ContainerMetadata;
import dev.glovebox.cri.ImageSpec;
import dev.glovebox.cri.KeyValue;
import dev.glovebox.cri.LinuxContainerConfig;
import dev.glovebox.cri.LinuxContainerResources;
import dev.glovebox.cri.LinuxPodSandboxConfig;
import dev.glovebox.cri.LinuxSandboxSecurityContext;
import dev.glovebox.cri.Mount;
import dev.glovebox.cri.PodSandboxConfig;
import dev.glovebox.cri.PodSandboxMetadata;
import dev.glovebox.cri.SecurityProfile;
import dev.glovebox.network.Reach;
import dev.glovebox.node.pod.ContainerState;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.pod.SandboxView;
import dev.glovebox.node.users.UserRange;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes CRI's configurations of a pod and its containers.
///
/// @param node name of the node
/// @param host what pods can be told of the node
/// @param nodeMemory bytes of memory of the node
/// @param dns resolvers
/// @param seccomp profiles of system calls
/// @param objects what pods take from the API
public record PodConfigs(
        String node,
        NodeView host,
        long nodeMemory,
        Dns dns,
        SeccompProfiles seccomp,
        PodObjects objects) {
    private static final int LONGEST_HOSTNAME = 63;
    private static final int LONGEST_FULL_NAME = 64;

    /// What a running container can be given anew: how soon the kernel kills it is not of that.
    public LinuxContainerResources resized(Pod pod, Container container) {
        return Resources.of(pod, container, nodeMemory).toBuilder().clearOomScoreAdj().build();
    }

    /// The domain of the cluster's names.
    public static final String CLUSTER_DOMAIN = "cluster.local";

    /// A pod's sandbox.
    ///
    /// @param attempt 0 for the pod's first sandbox
    /// @param logDirectory of the pod
    /// @param cgroupParent the pod's own cgroup
    /// @param reach what the pod reaches over the network
    /// @param users the ids of its own users on the host; empty where they are the host's
    public PodSandboxConfig sandbox(
            Pod pod,
            int attempt,
            String logDirectory,
            String cgroupParent,
            Reach reach,
            Optional<UserRange> users) {
        var meta = pod.getMetadata();
        PodSandboxConfig.Builder config =
                PodSandboxConfig.newBuilder()
                        .setMetadata(
                                PodSandboxMetadata.newBuilder()
                                        .setName(meta.getName())
                                        .setNamespace(meta.getNamespace())
                                        .setUid(meta.getUid())
                                        .setAttempt(attempt))
                        .setLogDirectory(logDirectory)
                        .setDnsConfig(dns.of(pod, reach))
                        .putAllLabels(orEmpty(meta.getLabels()))
                        .putAllLabels(labels(pod))
                        .putAllAnnotations(orEmpty(meta.getAnnotations()))
                        .setLinux(linux(pod, cgroupParent, users));
        if (!Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
            config.setHostname(
                    Boolean.TRUE.equals(pod.getSpec().getSetHostnameAsFQDN())
                            ? fullName(pod)
                            : hostname(pod));
        }
        return config.build();
    }

    /// The pod's host name: its `hostname`, else its name, cut to what the kernel takes.
    public static String hostname(Pod pod) {
        String name =
                Optional.ofNullable(pod.getSpec().getHostname())
                        .filter(h -> !h.isEmpty())
                        .orElse(pod.getMetadata().getName());
        return name.length() <= LONGEST_HOSTNAME
                ? name
                : name.substring(0, LONGEST_HOSTNAME).replaceAll("[-.]+$", "");
    }

    /// The names that `/etc/hosts` has for the pod's address, in their order: the full one, where
    /// it has a subdomain, and its host name.
    public static List<String> names(Pod pod) {
        return domain(pod).isEmpty()
                ? List.of(hostname(pod))
                : List.of(hostname(pod) + "." + domain(pod), hostname(pod));
    }

    private static String domain(Pod pod) {
        String subdomain = pod.getSpec().getSubdomain();
        return subdomain == null || subdomain.isEmpty()
                ? ""
                : subdomain + "." + pod.getMetadata().getNamespace() + ".svc." + CLUSTER_DOMAIN;
    }

    private static String fullName(Pod pod) {
        String name = names(pod).getFirst();
        if (name.length() > LONGEST_FULL_NAME) {
            throw new SpecException(
                    "Failed to construct FQDN from Pod hostname and cluster domain, FQDN "
                            + name
                            + " is too long ("
                            + LONGEST_FULL_NAME
                            + " characters is the max, "
                            + name.length()
                            + " characters requested)");
        }
        return name;
    }

    private static LinuxPodSandboxConfig linux(
            Pod pod, String cgroupParent, Optional<UserRange> users) {
        PodSecurityContext context =
                Optional.ofNullable(pod.getSpec().getSecurityContext())
                        .orElse(new PodSecurityContext());
        boolean privileged =
                PodFacts.allContainers(pod).stream()
                        .anyMatch(c ->
                                c.getSecurityContext() != null
                                        && Boolean.TRUE.equals(
                                                c.getSecurityContext().getPrivileged()));
        LinuxSandboxSecurityContext.Builder security =
                LinuxSandboxSecurityContext.newBuilder()
                        .setNamespaceOptions(SecurityContexts.namespaces(pod, users))
                        .setPrivileged(privileged)
                        .addAllSupplementalGroups(SupplementalGroups.named(context))
                        .setSupplementalGroupsPolicy(SupplementalGroups.policy(context))
                        .setSeccomp(SeccompProfiles.RUNTIME_DEFAULT);
        Optional.ofNullable(context.getSeLinuxOptions())
                .map(SecurityContexts::label)
                .ifPresent(security::setSelinuxOptions);
        LinuxPodSandboxConfig.Builder linux =
                LinuxPodSandboxConfig.newBuilder()
                        .setCgroupParent(cgroupParent)
                        .setSecurityContext(security);
        PodFacts.orEmpty(context.getSysctls())
                .forEach(s -> linux.putSysctls(Sysctls.normalized(s.getName()), s.getValue()));
        return linux.build();
    }

    /// A container's environment.
    ///
    /// @param podAddresses empty where the pod has none
    public Map<String, String> environment(
            Pod pod, Container container, List<String> podAddresses) {
        return new Environment(pod, container, podAddresses, host, objects).values();
    }

    /// A container.
    ///
    /// @param imageId the runtime's id of the image
    /// @param user the user that the image names
    /// @param env of the container
    /// @param mounts of volumes, already resolved to paths of the host
    /// @param target the runtime's id of the container whose processes it sees; empty for its own
    /// @param handler of the pod's sandbox
    /// @param users as the sandbox has them
    public ContainerConfig container(
            Pod pod,
            Container container,
            int attempt,
            String imageId,
            ImageUser user,
            Map<String, String> env,
            List<Mount> mounts,
            Optional<String> target,
            String handler,
            Optional<UserRange> users) {
        refuseWhatIsNotServed(container);
        ContainerConfig.Builder config =
                ContainerConfig.newBuilder()
                        .setMetadata(
                                ContainerMetadata.newBuilder()
                                        .setName(container.getName())
                                        .setAttempt(attempt))
                        .setImage(ImageSpec.newBuilder().setImage(imageId))
                        .addAllCommand(expanded(container.getCommand(), env))
                        .addAllArgs(expanded(container.getArgs(), env))
                        .addAllMounts(IdMappings.of(mounts, users))
                        .setLogPath(container.getName() + "/" + attempt + ".log")
                        .setStdin(Boolean.TRUE.equals(container.getStdin()))
                        .setStdinOnce(Boolean.TRUE.equals(container.getStdinOnce()))
                        .setTty(Boolean.TRUE.equals(container.getTty()))
                        .putAllLabels(labels(pod))
                        .putLabels(Labels.CONTAINER_NAME, container.getName())
                        .setLinux(
                                LinuxContainerConfig.newBuilder()
                                        .setResources(Resources.of(pod, container, nodeMemory))
                                        .setSecurityContext(
                                                SecurityContexts.of(
                                                        pod,
                                                        container,
                                                        user,
                                                        target,
                                                        users,
                                                        seccomp(pod, container, handler))));
        env.forEach(
                (key, value) -> config.addEnvs(KeyValue.newBuilder().setKey(key).setValue(value)));
        if (container.getWorkingDir() != null) {
            config.setWorkingDir(container.getWorkingDir());
        }
        return config.build();
    }

    private SecurityProfile seccomp(Pod pod, Container container, String handler) {
        SecurityContext own = container.getSecurityContext();
        PodSecurityContext pods = pod.getSpec().getSecurityContext();
        return seccomp.of(
                own == null ? null : own.getSeccompProfile(),
                pods == null ? null : pods.getSeccompProfile(),
                handler);
    }

    /// Where a pod is reached from the node, at best first; empty where it is not.
    public List<String> addresses(Pod pod, SandboxView sandbox) {
        return Boolean.TRUE.equals(pod.getSpec().getHostNetwork())
                ? host.addresses()
                : sandbox.addresses();
    }

    /// Where probes and hooks reach a pod: by the first of its addresses.
    ///
    /// @param podAddress of its sandbox, empty where it has none
    public String address(Pod pod, String podAddress) {
        return Boolean.TRUE.equals(pod.getSpec().getHostNetwork())
                ? host.addresses().getFirst()
                : podAddress;
    }

    /// The container whose processes an ephemeral container sees; empty where it names none.
    ///
    /// @throws SpecException where that does not run
    public Optional<String> target(Pod pod, Container container, PodView view) {
        Optional<String> name =
                PodFacts.orEmpty(pod.getSpec().getEphemeralContainers()).stream()
                        .filter(e -> e.getName().equals(container.getName()))
                        .map(EphemeralContainer::getTargetContainerName)
                        .filter(n -> n != null && !n.isEmpty())
                        .findFirst();
        return name.map(n ->
                view.latest(n)
                        .filter(c -> c.state() instanceof ContainerState.Running)
                        .map(ContainerView::id)
                        .orElseThrow(
                                () -> new SpecException("unable to find target container " + n)));
    }

    /// Labels of everything that belongs to a pod.
    public Map<String, String> labels(Pod pod) {
        return Map.of(
                Labels.POD_NAME, pod.getMetadata().getName(),
                Labels.POD_NAMESPACE, pod.getMetadata().getNamespace(),
                Labels.POD_UID, pod.getMetadata().getUid(),
                Labels.NODE, node);
    }

    /// Fields whose meaning would be lost: whoever sets them must hear that.
    private static void refuseWhatIsNotServed(Container container) {
        if (!PodFacts.orEmpty(container.getVolumeDevices()).isEmpty()) {
            throw new SpecException(
                    "container " + container.getName() + " has volumeDevices, not served yet");
        }
    }

    private static List<String> expanded(@Nullable List<String> words, Map<String, String> env) {
        return PodFacts.orEmpty(words).stream().map(w -> Expansion.expand(w, env)).toList();
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
