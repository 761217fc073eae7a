package dev.glovebox.runtimes;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// Decides from what was seen whether a handler keeps its promise. Pure.
final class HandlerJudge {
    /// What a container of a pod over its limit ends with: 137 where its process was killed, 128
    /// where gVisor's official shim lost the sandbox with all that was in it.
    private static final Set<Integer> KILLED = Set.of(137, 128);

    /// What Kata's shim says where it lost the virtual machine with all that was in it.
    private static final int LOST = 255;

    private static final String GVISOR_BOOT = "Starting gVisor";

    private HandlerJudge() {}

    static HandlerState judge(
            Handler handler, Evidence.Subject subject, Observation seen, Instant now) {
        Optional<String> broken = broken(handler, seen);
        if (broken.isPresent()) {
            return new HandlerState.Broken(broken.get());
        }
        Evidence evidence = evidence(handler, subject, seen, now);
        return unbound(handler, seen)
                .<HandlerState>map(what -> new HandlerState.Degraded(evidence, what))
                .orElseGet(() -> new HandlerState.Ready(evidence));
    }

    private static Optional<String> broken(Handler handler, Observation seen) {
        if (!seen.reportedHandler().equals(handler.name())) {
            return Optional.of(
                    "containerd ran the probe pod under handler \""
                            + seen.reportedHandler()
                            + "\" and not under \""
                            + handler.name()
                            + "\"");
        }
        return switch (handler.kernel()) {
            case SHARED -> Optional.empty();
            case GVISOR -> notGvisor(handler, seen);
            case VIRTUAL_MACHINE -> noVirtualMachine(handler, seen);
        };
    }

    /// A Linux like the host's may answer in it, so that nothing in its log tells them apart; its
    /// release does, and that the host has none of its processes. A guest of the very release that
    /// the host has is not told from the host, and is not believed.
    private static Optional<String> noVirtualMachine(Handler handler, Observation seen) {
        String claim = "handler \"" + handler.name() + "\" is no virtual machine: ";
        if (seen.guestLog().contains(GVISOR_BOOT)) {
            return Optional.of(claim + "gVisor answered in the probe pod");
        }
        return sharing(claim, seen);
    }

    private static Optional<String> notGvisor(Handler handler, Observation seen) {
        String claim = "handler \"" + handler.name() + "\" is not gVisor: ";
        if (!isHosts(seen) && !seen.guestLog().contains(GVISOR_BOOT)) {
            return Optional.of(claim + "the probe pod's kernel log does not begin as gVisor's");
        }
        return sharing(claim, seen);
    }

    private static boolean isHosts(Observation seen) {
        return seen.guestKernel().equals(seen.hostKernel());
    }

    /// What shows that a pod has the host's kernel.
    private static Optional<String> sharing(String claim, Observation seen) {
        if (isHosts(seen)) {
            return Optional.of(
                    claim
                            + "the host's kernel "
                            + seen.hostKernel()
                            + " answered in the probe pod");
        }
        if (!seen.visible().isEmpty()) {
            return Optional.of(
                    claim
                            + "the host sees the probe pod's process \""
                            + seen.visible().getFirst()
                            + "\"");
        }
        return Optional.empty();
    }

    private static Optional<String> unbound(Handler handler, Observation seen) {
        long mebibytes = seen.memoryLimit() >> 20;
        if (!seen.limitInForce()) {
            return Optional.of(
                    "the pod's cgroup was given "
                            + mebibytes
                            + " MiB of memory, and the kernel reports another limit");
        }
        if (seen.overLimit().survived()) {
            return Optional.of(
                    "a pod limited to "
                            + mebibytes
                            + " MiB of memory took twice as much and lived");
        }
        if (!wasKilled(handler, seen.overLimit().exitCode()) || seen.limitHits() == 0) {
            return Optional.of(
                    "a pod limited to "
                            + mebibytes
                            + " MiB of memory did not get twice as much, but it ended with exit code "
                            + seen.overLimit().exitCode()
                            + " and the kernel counted it at its limit "
                            + seen.limitHits()
                            + " times");
        }
        return Optional.empty();
    }

    private static boolean wasKilled(Handler handler, int exitCode) {
        return KILLED.contains(exitCode)
                || (handler.kernel() == Handler.Kernel.VIRTUAL_MACHINE && exitCode == LOST);
    }

    private static Evidence evidence(
            Handler handler, Evidence.Subject subject, Observation seen, Instant now) {
        return new Evidence(
                handler.name(),
                now,
                subject,
                handler.version(),
                seen.guestKernel(),
                seen.guestLog(),
                seen.visible().size(),
                seen.tasks(),
                seen.memoryLimit(),
                seen.overLimit().exitCode(),
                seen.limitHits());
    }
}
