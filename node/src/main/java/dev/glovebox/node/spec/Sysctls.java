package dev.glovebox.node.spec;

import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Sysctl;
import java.util.Optional;
import java.util.Set;

/// Kernel parameters that pods may set: those of which the kernel has one a sandbox, so that nobody
/// else sees the change. Source: Kubernetes' safe sysctls of 1.34.
public final class Sysctls {
    private static final Set<String> OF_IPC = Set.of("kernel.shm_rmid_forced");

    private static final Set<String> OF_NETWORK =
            Set.of(
                    "net.ipv4.ip_local_port_range",
                    "net.ipv4.tcp_syncookies",
                    "net.ipv4.ping_group_range",
                    "net.ipv4.ip_unprivileged_port_start",
                    "net.ipv4.ip_local_reserved_ports",
                    "net.ipv4.tcp_keepalive_time",
                    "net.ipv4.tcp_fin_timeout",
                    "net.ipv4.tcp_keepalive_intvl",
                    "net.ipv4.tcp_keepalive_probes",
                    "net.ipv4.tcp_rmem",
                    "net.ipv4.tcp_wmem");

    private Sysctls() {}

    /// A name with dots, whichever way it is written: where a slash comes first, slashes part the
    /// name, and dots stand for slashes in it, as sysctl(8) has it.
    public static String normalized(String name) {
        int slash = name.indexOf('/');
        int dot = name.indexOf('.');
        if (slash < 0 || (dot >= 0 && dot < slash)) {
            return name;
        }
        StringBuilder normal = new StringBuilder(name);
        for (int i = 0; i < normal.length(); i++) {
            char each = name.charAt(i);
            normal.setCharAt(i, each == '/' ? '.' : each == '.' ? '/' : each);
        }
        return normal.toString();
    }

    /// Why a pod may not have what it asks for, in the kubelet's words; empty where it may.
    public static Optional<String> refusal(Pod pod) {
        PodSecurityContext context = pod.getSpec().getSecurityContext();
        if (context == null) {
            return Optional.empty();
        }
        boolean hostNetwork = Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
        boolean hostIpc = Boolean.TRUE.equals(pod.getSpec().getHostIPC());
        return PodFacts.orEmpty(context.getSysctls()).stream()
                .map(Sysctl::getName)
                .map(Sysctls::normalized)
                .flatMap(name -> refusal(name, hostNetwork, hostIpc).stream())
                .findFirst()
                .map(why -> "forbidden sysctl: " + why);
    }

    private static Optional<String> refusal(String name, boolean hostNetwork, boolean hostIpc) {
        if (OF_IPC.contains(name)) {
            return withHost(name, "ipc", hostIpc);
        }
        if (OF_NETWORK.contains(name)) {
            return withHost(name, "net", hostNetwork);
        }
        return Optional.of("\"%s\" not allowlisted".formatted(name));
    }

    private static Optional<String> withHost(String name, String namespace, boolean shared) {
        return shared
                ? Optional.of("\"%s\" not allowed with host %s enabled".formatted(name, namespace))
                : Optional.empty();
    }
}
