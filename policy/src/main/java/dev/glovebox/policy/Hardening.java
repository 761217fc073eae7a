package dev.glovebox.policy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SELinuxOptions;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an untrusted pod must not ask for even under a kernel of its own, because each would be a
/// way around it: the host's namespaces, file system, ports and devices, probes of other addresses,
/// capabilities beyond a container's usual ones, labels of SELinux by which the host would take it
/// for somebody else, API tokens, the priority of the system's own pods, which no shortage drives
/// from a node, and gVisor's own switches. Root inside and the usual capabilities stay allowed, so
/// that stock images run unchanged.
final class Hardening {
    /// What a container may add back after it dropped all: the additions that Kubernetes' Pod
    /// Security Standards allow at level baseline, all of them part of a runtime's default set.
    private static final Set<String> USUAL_CAPABILITIES =
            Set.of(
                    "AUDIT_WRITE",
                    "CHOWN",
                    "DAC_OVERRIDE",
                    "FOWNER",
                    "FSETID",
                    "KILL",
                    "MKNOD",
                    "NET_BIND_SERVICE",
                    "SETFCAP",
                    "SETGID",
                    "SETPCAP",
                    "SETUID",
                    "SYS_CHROOT");

    /// Types of SELinux that confine a container, of which a pod may choose: those of level
    /// baseline.
    private static final Set<String> CONFINED_TYPES =
            Set.of("container_t", "container_init_t", "container_kvm_t", "container_engine_t");

    /// What names of the system's priority classes begin with; nobody else may have such names.
    private static final String SYSTEM_CLASSES = "system-";

    /// The least priority that a node takes for one of its own needs.
    private static final int SYSTEM_PRIORITY = 2_000_000_000;

    private static final String GVISOR_ANNOTATIONS = "dev.gvisor.";

    /// The annotations of gVisor that reach neither its flags nor a path of the host.
    private static final Pattern MOUNT_HINT =
            Pattern.compile("dev\\.gvisor\\.spec\\.mount\\.[^.]+\\.(share|type|options)");

    /// One field that asks for too much.
    ///
    /// @param field its path in the pod
    /// @param value what it says
    record Violation(String field, String value) {
        @Override
        public String toString() {
            return field + " = " + value;
        }
    }

    private final List<Violation> found = new ArrayList<>();

    private Hardening() {}

    /// Every field of the pod that asks for too much, in the pod's order.
    static List<Violation> violations(Pod pod) {
        Hardening hardening = new Hardening();
        if (pod.getMetadata() != null) {
            hardening.annotations(pod.getMetadata().getAnnotations());
        }
        if (pod.getSpec() != null) {
            hardening.spec(pod.getSpec());
        }
        return List.copyOf(hardening.found);
    }

    private void annotations(@Nullable Map<String, String> annotations) {
        if (annotations == null) {
            return;
        }
        new TreeMap<>(annotations)
                .forEach((key, value) -> {
                    if (key.startsWith(GVISOR_ANNOTATIONS) && !MOUNT_HINT.matcher(key).matches()) {
                        add("metadata.annotations[" + key + "]", value);
                    }
                });
    }

    private void spec(PodSpec spec) {
        forbid("spec.hostNetwork", spec.getHostNetwork());
        forbid("spec.hostPID", spec.getHostPID());
        forbid("spec.hostIPC", spec.getHostIPC());
        priority(spec);
        if (spec.getSecurityContext() != null) {
            label("spec.securityContext", spec.getSecurityContext().getSeLinuxOptions());
        }
        List<Volume> volumes = orEmpty(spec.getVolumes());
        for (int i = 0; i < volumes.size(); i++) {
            volume("spec.volumes[" + i + "]", volumes.get(i));
        }
        containers("spec.initContainers", orEmpty(spec.getInitContainers()));
        containers("spec.containers", orEmpty(spec.getContainers()));
        List<EphemeralContainer> ephemeral = orEmpty(spec.getEphemeralContainers());
        for (int i = 0; i < ephemeral.size(); i++) {
            EphemeralContainer container = ephemeral.get(i);
            String path = "spec.ephemeralContainers[" + i + "]";
            ports(path, container.getPorts());
            securityContext(path + ".securityContext", container.getSecurityContext());
        }
    }

    private void priority(PodSpec spec) {
        String name = spec.getPriorityClassName();
        Integer priority = spec.getPriority();
        if (name != null && name.startsWith(SYSTEM_CLASSES)) {
            add("spec.priorityClassName", name);
        } else if (priority != null && priority >= SYSTEM_PRIORITY) {
            add("spec.priority", priority.toString());
        }
    }

    private void volume(String path, Volume volume) {
        if (volume.getHostPath() != null) {
            add(path + ".hostPath.path", String.valueOf(volume.getHostPath().getPath()));
        }
        if (volume.getProjected() != null) {
            orEmpty(volume.getProjected().getSources()).stream()
                    .filter(source -> source.getServiceAccountToken() != null)
                    .findFirst()
                    .ifPresent(source -> add(path + ".projected", "a service account's token"));
        }
    }

    private void containers(String path, List<Container> containers) {
        for (int i = 0; i < containers.size(); i++) {
            Container container = containers.get(i);
            String at = path + "[" + i + "]";
            ports(at, container.getPorts());
            securityContext(at + ".securityContext", container.getSecurityContext());
            probe(at + ".livenessProbe", container.getLivenessProbe());
            probe(at + ".readinessProbe", container.getReadinessProbe());
            probe(at + ".startupProbe", container.getStartupProbe());
            if (container.getLifecycle() != null) {
                hook(at + ".lifecycle.postStart", container.getLifecycle().getPostStart());
                hook(at + ".lifecycle.preStop", container.getLifecycle().getPreStop());
            }
        }
    }

    /// The node asks, from its own network: it must not be led to other addresses than the pod's.
    private void probe(String path, @Nullable Probe probe) {
        if (probe != null && probe.getHttpGet() != null) {
            leftOut(path + ".httpGet.host", probe.getHttpGet().getHost());
        }
        if (probe != null && probe.getTcpSocket() != null) {
            leftOut(path + ".tcpSocket.host", probe.getTcpSocket().getHost());
        }
    }

    private void hook(String path, @Nullable LifecycleHandler hook) {
        if (hook != null && hook.getHttpGet() != null) {
            leftOut(path + ".httpGet.host", hook.getHttpGet().getHost());
        }
        if (hook != null && hook.getTcpSocket() != null) {
            leftOut(path + ".tcpSocket.host", hook.getTcpSocket().getHost());
        }
    }

    private void leftOut(String field, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            add(field, value);
        }
    }

    private void ports(String path, @Nullable List<ContainerPort> ports) {
        List<ContainerPort> all = orEmpty(ports);
        for (int i = 0; i < all.size(); i++) {
            Integer hostPort = all.get(i).getHostPort();
            if (hostPort != null && hostPort != 0) {
                add(path + ".ports[" + i + "].hostPort", hostPort.toString());
            }
        }
    }

    private void securityContext(String path, @Nullable SecurityContext context) {
        if (context == null) {
            return;
        }
        forbid(path + ".privileged", context.getPrivileged());
        label(path, context.getSeLinuxOptions());
        if (context.getCapabilities() == null) {
            return;
        }
        for (String capability : orEmpty(context.getCapabilities().getAdd())) {
            if (!USUAL_CAPABILITIES.contains(capability)) {
                add(path + ".capabilities.add", capability);
            }
        }
    }

    /// The runtime gives each pod a label that no other has; a level, too, could be another pod's.
    private void label(String path, @Nullable SELinuxOptions asked) {
        if (asked == null) {
            return;
        }
        String at = path + ".seLinuxOptions.";
        leftOut(at + "user", asked.getUser());
        leftOut(at + "role", asked.getRole());
        if (asked.getType() != null && !CONFINED_TYPES.contains(asked.getType())) {
            leftOut(at + "type", asked.getType());
        }
        leftOut(at + "level", asked.getLevel());
    }

    private void forbid(String field, @Nullable Boolean value) {
        if (Boolean.TRUE.equals(value)) {
            add(field, "true");
        }
    }

    private void add(String field, String value) {
        found.add(new Violation(field, value));
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
