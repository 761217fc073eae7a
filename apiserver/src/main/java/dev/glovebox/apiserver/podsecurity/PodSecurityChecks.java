package dev.glovebox.apiserver.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// All checks with the versions since which they hold.
public final class PodSecurityChecks {
    private static final Set<String> SYSCTLS =
            Set.of(
                    "kernel.shm_rmid_forced",
                    "net.ipv4.ip_local_port_range",
                    "net.ipv4.tcp_syncookies",
                    "net.ipv4.ping_group_range",
                    "net.ipv4.ip_unprivileged_port_start");
    private static final Set<String> SYSCTLS_27 = with(SYSCTLS, "net.ipv4.ip_local_reserved_ports");
    private static final Set<String> SYSCTLS_29 =
            with(
                    SYSCTLS_27,
                    "net.ipv4.tcp_keepalive_time",
                    "net.ipv4.tcp_fin_timeout",
                    "net.ipv4.tcp_keepalive_intvl",
                    "net.ipv4.tcp_keepalive_probes");
    private static final Set<String> SYSCTLS_32 =
            with(SYSCTLS_29, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem");
    private static final Set<String> SELINUX =
            Set.of("", "container_t", "container_init_t", "container_kvm_t");
    private static final Set<String> SELINUX_31 = with(SELINUX, "container_engine_t");

    /// @param since minor version of Kubernetes
    private record Version(int since, Check check) {}

    /// @param replaces the check of a lower level that says less than this one; empty for none
    private record Rule(String name, String replaces, List<Version> versions) {
        static Rule of(String name, int since, Check check) {
            return new Rule(name, "", List.of(new Version(since, check)));
        }

        boolean holdsIn(int minor) {
            return minor >= versions.getFirst().since();
        }

        Check check(int minor) {
            Check newest = versions.getFirst().check();
            for (Version version : versions) {
                newest = minor >= version.since() ? version.check() : newest;
            }
            return newest;
        }
    }

    private static final List<Rule> BASELINE =
            List.of(
                    Rule.of("appArmorProfile", 0, ConfinementChecks::appArmor),
                    Rule.of("capabilities", 0, PrivilegeChecks::defaultCapabilities),
                    Rule.of("hostNamespaces", 0, HostChecks::namespaces),
                    Rule.of("hostPathVolumes", 0, HostChecks::paths),
                    Rule.of("hostPorts", 0, HostChecks::ports),
                    Rule.of("hostProbes", 34, HostChecks::probes),
                    Rule.of("privileged", 0, PrivilegeChecks::privileged),
                    Rule.of("procMount", 0, ConfinementChecks::procMount),
                    new Rule(
                            "seLinuxOptions",
                            "",
                            List.of(
                                    new Version(0, ConfinementChecks.seLinux(SELINUX)),
                                    new Version(31, ConfinementChecks.seLinux(SELINUX_31)))),
                    new Rule(
                            "seccompProfile",
                            "",
                            List.of(
                                    new Version(0, ConfinementChecks::seccompAnnotations),
                                    new Version(19, ConfinementChecks::seccomp))),
                    new Rule(
                            "sysctls",
                            "",
                            List.of(
                                    new Version(0, ConfinementChecks.sysctls(SYSCTLS)),
                                    new Version(27, ConfinementChecks.sysctls(SYSCTLS_27)),
                                    new Version(29, ConfinementChecks.sysctls(SYSCTLS_29)),
                                    new Version(32, ConfinementChecks.sysctls(SYSCTLS_32)))),
                    Rule.of("windowsHostProcess", 0, HostChecks::windowsProcess));

    private static final List<Rule> RESTRICTED =
            List.of(
                    notOnWindows("allowPrivilegeEscalation", "", 8, PrivilegeChecks::escalation),
                    notOnWindows(
                            "capabilities_restricted",
                            "capabilities",
                            22,
                            PrivilegeChecks::noCapabilities),
                    new Rule(
                            "restrictedVolumes",
                            "hostPathVolumes",
                            List.of(new Version(0, Volumes::restricted))),
                    Rule.of("runAsNonRoot", 0, PrivilegeChecks::nonRoot),
                    Rule.of("runAsUser", 23, PrivilegeChecks::rootUser),
                    notOnWindows(
                            "seccompProfile_restricted",
                            "seccompProfile",
                            19,
                            ConfinementChecks::seccompRequired));

    private PodSecurityChecks() {}

    /// Since 1.25 a pod says that it is one of Windows, where these fields mean nothing.
    private static Rule notOnWindows(String name, String replaces, int since, Check check) {
        Check exempting = pod -> pod.windows() ? java.util.Optional.empty() : check.violation(pod);
        return new Rule(
                name, replaces, List.of(new Version(since, check), new Version(25, exempting)));
    }

    private static Set<String> with(Set<String> some, String... more) {
        Set<String> all = new HashSet<>(some);
        all.addAll(List.of(more));
        return Set.copyOf(all);
    }

    /// What a pod asks for that the level forbids; empty where it may have all.
    ///
    /// @param metadata of the pod or of the template
    public static List<Violation> violations(LevelVersion asked, JsonNode metadata, JsonNode spec) {
        int minor = (int) Math.min(asked.minor(), LevelVersion.NEWEST);
        CheckedPod pod = new CheckedPod(metadata, spec);
        List<Violation> found = new ArrayList<>();
        rules(asked.level(), minor)
                .forEach(rule -> rule.check(minor).violation(pod).ifPresent(found::add));
        return found;
    }

    private static Stream<Rule> rules(SecurityLevel level, int minor) {
        List<Rule> restricted = RESTRICTED.stream().filter(rule -> rule.holdsIn(minor)).toList();
        Stream<Rule> baseline = BASELINE.stream().filter(rule -> rule.holdsIn(minor));
        return switch (level) {
            case PRIVILEGED -> Stream.empty();
            case BASELINE -> baseline;
            case RESTRICTED ->
                    Stream.concat(
                            baseline.filter(rule ->
                                    restricted.stream()
                                            .noneMatch(
                                                    other -> other.replaces().equals(rule.name()))),
                            restricted.stream());
        };
    }
}
