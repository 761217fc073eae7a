package dev.glovebox.runtimes;

import dev.glovebox.containerd.Cri;
import dev.glovebox.runtimes.host.Cgroups;
import dev.glovebox.runtimes.host.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Says whether a handler may be used: by evidence from an earlier start where that is about the
/// very same programs, containerd and kernel, else by a probe.
public final class HandlerReadiness {
    private static final Path KERNEL_RELEASE = Path.of("/proc/sys/kernel/osrelease");

    private final Cri cri;
    private final Cgroups cgroups;
    private final HandlerProbe probe;
    private final EvidenceFile kept;

    /// Probes with `probe` and keeps what it saw in `kept`.
    public HandlerReadiness(Cri cri, Cgroups cgroups, HandlerProbe probe, EvidenceFile kept) {
        this.cri = Objects.requireNonNull(cri, "cri");
        this.cgroups = Objects.requireNonNull(cgroups, "cgroups");
        this.probe = Objects.requireNonNull(probe, "probe");
        this.kept = Objects.requireNonNull(kept, "kept");
    }

    /// A handler's state. Only evidence of readiness is kept: everything else is tested anew at
    /// every start.
    public HandlerState of(Handler handler) throws IOException, InterruptedException {
        Evidence.Subject subject = subject(handler);
        Optional<Evidence> earlier =
                kept.read(handler.name()).filter(evidence -> evidence.subject().equals(subject));
        if (earlier.isPresent()) {
            return new HandlerState.Ready(earlier.get());
        }
        HandlerState state = probe.probe(handler, subject);
        switch (state) {
            case HandlerState.Ready(Evidence evidence) -> kept.write(evidence);
            case HandlerState.Degraded _, HandlerState.Broken _, HandlerState.Absent _ ->
                    kept.forget(handler.name());
        }
        return state;
    }

    /// What changes a handler and not its programs; nothing for what every handler has.
    static String settings(Setup setup) {
        String platform = setup.platform().isEmpty() ? "" : " on " + setup.platform();
        return setup.shim().equals(Setup.RUNC_SHIM) ? platform : platform + " by " + setup.shim();
    }

    private Evidence.Subject subject(Handler handler) throws IOException {
        List<String> digests = new ArrayList<>();
        for (Path program : handler.programs()) {
            digests.add(Digest.of(program).hex());
        }
        return new Evidence.Subject(
                String.join("+", digests) + settings(handler.setup()),
                cri.version().getRuntimeVersion(),
                Files.readString(KERNEL_RELEASE).strip(),
                cgroups.version());
    }
}
