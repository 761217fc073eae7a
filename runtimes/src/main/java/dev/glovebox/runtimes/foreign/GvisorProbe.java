package dev.glovebox.runtimes.foreign;

import dev.glovebox.containerd.Cri;
import dev.glovebox.containerd.Trees;
import dev.glovebox.containerd.image.BuiltinImage;
import dev.glovebox.containerd.image.ImageException;
import dev.glovebox.containerd.image.ImageStore;
import dev.glovebox.runtimes.EvidenceFile;
import dev.glovebox.runtimes.Handler;
import dev.glovebox.runtimes.HandlerProbe;
import dev.glovebox.runtimes.HandlerReadiness;
import dev.glovebox.runtimes.HandlerState;
import dev.glovebox.runtimes.SandboxRunner;
import dev.glovebox.runtimes.Setup;
import dev.glovebox.runtimes.gvisor.RunscProgram;
import dev.glovebox.runtimes.host.Cgroups;
import dev.glovebox.runtimes.host.HostProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks by a pod whether a handler of someone's containerd is gVisor. The image that the pod needs
/// is brought, and taken away again where it was not there before.
///
/// @param busybox the image
/// @param evidence where what was seen is kept
record GvisorProbe(BuiltinImage busybox, Path evidence) {
    private static final Logger log = LoggerFactory.getLogger(GvisorProbe.class);
    private static final String CGROUP = "/glovebox-configure";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration QUICK = Duration.ofSeconds(10);
    private static final long LARGEST_ARCHIVE = 1L << 26;

    /// What the handler is seen to be.
    HandlerState see(HandlerTable table, LiveContainerd live) throws InterruptedException {
        try {
            Path work = Files.createTempDirectory("glovebox-probe");
            try {
                return see(table, live, work);
            } finally {
                Trees.delete(work);
            }
        } catch (IOException e) {
            throw ConfigurationRefused.io("cannot probe handler " + table.name(), e);
        }
    }

    private HandlerState see(HandlerTable table, LiveContainerd live, Path work)
            throws IOException, InterruptedException {
        Cri cri = live.client().cri();
        boolean there = cri.imageStatus(busybox.name()).isPresent();
        try {
            new ImageStore(
                            cri,
                            live.client().content(),
                            new ImageStore.Settings(work.resolve("images"), LARGEST_ARCHIVE, QUICK))
                    .ensure(busybox);
            return probe(table, live, work);
        } catch (ImageException e) {
            throw new ConfigurationRefused("the probe pod's image: " + e.getMessage(), e);
        } finally {
            if (!there) {
                cri.removeImage(busybox.name());
            }
        }
    }

    private HandlerState probe(HandlerTable table, LiveContainerd live, Path work)
            throws IOException, InterruptedException {
        Cri cri = live.client().cri();
        Cgroups cgroups = Cgroups.ofThisMachine();
        SandboxRunner runner =
                new SandboxRunner(
                        cri,
                        cgroups,
                        new SandboxRunner.Settings(
                                CGROUP,
                                work.resolve("logs"),
                                busybox.name(),
                                PATIENCE,
                                live.hasNetwork()
                                        ? SandboxRunner.Network.POD
                                        : SandboxRunner.Network.NONE));
        HandlerProbe probe =
                new HandlerProbe(
                        runner, new HostProcesses(Path.of("/proc")), cgroups, Clock.systemUTC());
        EvidenceFile kept = new EvidenceFile(evidence);
        kept.forget(table.name());
        try {
            return new HandlerReadiness(cri, cgroups, probe, kept).of(handler(table));
        } finally {
            removeCgroup(cgroups);
        }
    }

    /// The kernel may still be ending the processes of the probe pod.
    private static void removeCgroup(Cgroups cgroups) throws InterruptedException {
        long end = System.nanoTime() + QUICK.toNanos();
        Optional<IOException> left = tryRemove(cgroups);
        while (left.isPresent() && System.nanoTime() < end) {
            LiveContainerd.pause();
            left = tryRemove(cgroups);
        }
        left.ifPresent(cause ->
                log.atWarn()
                        .addKeyValue("cgroup", CGROUP)
                        .addKeyValue("cause", cause.toString())
                        .log("the probe pod's control group was not removed"));
    }

    private static Optional<IOException> tryRemove(Cgroups cgroups) {
        try {
            cgroups.remove(CGROUP);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    private static Handler handler(HandlerTable table) {
        String version =
                switch (new RunscProgram(QUICK).version(table.programs().runsc())) {
                    case RunscProgram.Known(var known) -> known.text();
                    case RunscProgram.Unknown(String why) ->
                            throw new ConfigurationRefused(table.programs().runsc() + ": " + why);
                };
        return new Handler(
                table.name(),
                Handler.Kernel.GVISOR,
                table.runs(),
                version,
                new Setup(
                        table.programs().runsc().toString(),
                        table.lane(),
                        table.programs().platform(),
                        table.type()));
    }
}
