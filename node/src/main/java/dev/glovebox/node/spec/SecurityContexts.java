package dev.glovebox.node.spec;

import dev.glovebox.cri.Capability;
import dev.glovebox.cri.Int64Value;
import dev.glovebox.cri.LinuxContainerSecurityContext;
import dev.glovebox.cri.NamespaceMode;
import dev.glovebox.cri.NamespaceOption;
import dev.glovebox.cri.SELinuxOption;
import dev.glovebox.cri.SecurityProfile;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.users.UserRange;
import io.fabric8.kubernetes.api.model.AppArmorProfile;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SELinuxOptions;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who a container is and what it may do, from its own security context and its pod's.
final class SecurityContexts {
    /// Paths of /proc and /sys that a container does not see. Source: the kubelet's
    /// `securitycontext.defaultMaskedPaths`; the runtime has no list of its own under CRI.
    private static final List<String> MASKED =
            List.of(
                    "/proc/asound",
                    "/proc/acpi",
                    "/proc/interrupts",
                    "/proc/kcore",
                    "/proc/keys",
                    "/proc/latency_stats",
                    "/proc/timer_list",
                    "/proc/timer_stats",
                    "/proc/sched_debug",
                    "/proc/scsi",
                    "/sys/firmware",
                    "/sys/devices/virtual/powercap");

    /// Paths of /proc that a container sees and cannot write.
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    /// There where the kernel enforces AppArmor's profiles.
    private static final Path APP_ARMOR = Path.of("/sys/kernel/security/apparmor/profiles");

    private SecurityContexts() {}

    /// @param imageUser the user that the image names, with which `runAsNonRoot` is judged
    /// @param target the runtime's id of the container whose processes it sees; empty for its own
    /// @param users the ids of its pod's own users on the host; empty where they are the host's
    /// @param seccomp which system calls it may make
    static LinuxContainerSecurityContext of(
            Pod pod,
            Container container,
            ImageUser imageUser,
            Optional<String> target,
            Optional<UserRange> users,
            SecurityProfile seccomp) {
        SecurityContext own =
                Optional.ofNullable(container.getSecurityContext()).orElse(new SecurityContext());
        PodSecurityContext pods =
                Optional.ofNullable(pod.getSpec().getSecurityContext())
                        .orElse(new PodSecurityContext());
        Optional<Long> user = first(own.getRunAsUser(), pods.getRunAsUser());
        Optional<Long> group = first(own.getRunAsGroup(), pods.getRunAsGroup());
        refuseRoot(own, pods, user, imageUser, container.getName());
        boolean privileged = Boolean.TRUE.equals(own.getPrivileged());
        LinuxContainerSecurityContext.Builder context =
                LinuxContainerSecurityContext.newBuilder()
                        .setPrivileged(privileged)
                        .setNamespaceOptions(
                                target.map(id -> namespaces(pod, users, id))
                                        .orElse(namespaces(pod, users)))
                        .setReadonlyRootfs(Boolean.TRUE.equals(own.getReadOnlyRootFilesystem()))
                        .setNoNewPrivs(Boolean.FALSE.equals(own.getAllowPrivilegeEscalation()))
                        .addAllSupplementalGroups(SupplementalGroups.named(pods))
                        .setSupplementalGroupsPolicy(SupplementalGroups.policy(pods))
                        .setSeccomp(seccomp);
        appArmor(own.getAppArmorProfile(), pods.getAppArmorProfile())
                .ifPresent(context::setApparmor);
        first(own.getSeLinuxOptions(), pods.getSeLinuxOptions())
                .map(SecurityContexts::label)
                .ifPresent(context::setSelinuxOptions);
        if (user.isPresent()) {
            context.setRunAsUser(Int64Value.newBuilder().setValue(user.get()));
        } else if (imageUser.uid().isPresent()) {
            context.setRunAsUser(Int64Value.newBuilder().setValue(imageUser.uid().getAsLong()));
        } else if (!imageUser.name().isEmpty()) {
            context.setRunAsUsername(imageUser.name());
        }
        group.ifPresent(g -> context.setRunAsGroup(Int64Value.newBuilder().setValue(g)));
        if (own.getCapabilities() != null) {
            context.setCapabilities(
                    Capability.newBuilder()
                            .addAllAddCapabilities(PodFacts.orEmpty(own.getCapabilities().getAdd()))
                            .addAllDropCapabilities(
                                    PodFacts.orEmpty(own.getCapabilities().getDrop())));
        }
        if (!privileged && !"Unmasked".equals(own.getProcMount())) {
            context.addAllMaskedPaths(MASKED).addAllReadonlyPaths(READ_ONLY);
        }
        return context.build();
    }

    static NamespaceOption namespaces(Pod pod, Optional<UserRange> users) {
        NamespaceOption.Builder own = namespaces(pod).toBuilder();
        users.map(IdMappings::namespace).ifPresent(own::setUsernsOptions);
        return own.build();
    }

    private static NamespaceOption namespaces(Pod pod) {
        boolean shared = Boolean.TRUE.equals(pod.getSpec().getShareProcessNamespace());
        return NamespaceOption.newBuilder()
                .setNetwork(mode(pod.getSpec().getHostNetwork(), NamespaceMode.POD))
                .setIpc(mode(pod.getSpec().getHostIPC(), NamespaceMode.POD))
                .setPid(
                        mode(
                                pod.getSpec().getHostPID(),
                                shared ? NamespaceMode.POD : NamespaceMode.CONTAINER))
                .build();
    }

    private static NamespaceOption namespaces(Pod pod, Optional<UserRange> users, String target) {
        NamespaceOption own = namespaces(pod, users);
        return own.getPid() == NamespaceMode.CONTAINER
                ? own.toBuilder().setPid(NamespaceMode.TARGET).setTargetId(target).build()
                : own;
    }

    /// A label of SELinux. What is not told the runtime fills in.
    static SELinuxOption label(SELinuxOptions asked) {
        SELinuxOption.Builder label = SELinuxOption.newBuilder();
        Optional.ofNullable(asked.getUser()).ifPresent(label::setUser);
        Optional.ofNullable(asked.getRole()).ifPresent(label::setRole);
        Optional.ofNullable(asked.getType()).ifPresent(label::setType);
        Optional.ofNullable(asked.getLevel()).ifPresent(label::setLevel);
        return label.build();
    }

    /// The profile that a container asks for; empty where it asks for none.
    ///
    /// @throws SpecException where the kernel would not hold it to that
    private static Optional<SecurityProfile> appArmor(
            @Nullable AppArmorProfile own, @Nullable AppArmorProfile pods) {
        AppArmorProfile profile = own != null ? own : pods;
        String type = profile == null ? "Unconfined" : profile.getType();
        if (type.equals("Unconfined")) {
            return Optional.empty();
        }
        if (!Files.exists(APP_ARMOR)) {
            throw new SpecException("Cannot enforce AppArmor: AppArmor is not enabled on the host");
        }
        return Optional.of(
                type.equals("Localhost")
                        ? profile(SecurityProfile.ProfileType.Localhost).toBuilder()
                                .setLocalhostRef(
                                        Optional.ofNullable(profile)
                                                .map(AppArmorProfile::getLocalhostProfile)
                                                .orElse(""))
                                .build()
                        : profile(SecurityProfile.ProfileType.RuntimeDefault));
    }

    private static SecurityProfile profile(SecurityProfile.ProfileType type) {
        return SecurityProfile.newBuilder().setProfileType(type).build();
    }

    private static NamespaceMode mode(@Nullable Boolean host, NamespaceMode otherwise) {
        return Boolean.TRUE.equals(host) ? NamespaceMode.NODE : otherwise;
    }

    private static void refuseRoot(
            SecurityContext own,
            PodSecurityContext pods,
            Optional<Long> user,
            ImageUser image,
            String container) {
        Boolean nonRoot =
                own.getRunAsNonRoot() != null ? own.getRunAsNonRoot() : pods.getRunAsNonRoot();
        if (!Boolean.TRUE.equals(nonRoot)) {
            return;
        }
        if (user.isPresent()) {
            if (user.get() == 0) {
                throw new SpecException(
                        "container's runAsUser breaks non-root policy (container: "
                                + container
                                + ")");
            }
        } else if (image.uid().orElse(1) == 0) {
            throw new SpecException(
                    "container has runAsNonRoot and image will run as root (container: "
                            + container
                            + ")");
        } else if (image.uid().isEmpty() && !image.name().isEmpty()) {
            throw new SpecException(
                    "container has runAsNonRoot and image has non-numeric user ("
                            + image.name()
                            + "), cannot verify user is non-root (container: "
                            + container
                            + ")");
        }
    }

    private static <T> Optional<T> first(@Nullable T own, @Nullable T pods) {
        return Optional.ofNullable(own != null ? own : pods);
    }
}
