package dev.glovebox.engine;

import dev.glovebox.runtimes.Evidence;
import dev.glovebox.runtimes.Handler;
import dev.glovebox.runtimes.HandlerState;
import dev.glovebox.runtimes.Setup;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// Handlers that tests claim, and evidence that they make up.
final class Handlers {
    static final Handler RUNC =
            new Handler(
                    "runc",
                    Handler.Kernel.SHARED,
                    List.of(Path.of("/usr/sbin/runc")),
                    "runc version 1",
                    Setup.direct("/usr/sbin/runc"));
    static final Handler RUNSC =
            new Handler(
                    "runsc",
                    Handler.Kernel.GVISOR,
                    List.of(Path.of("/opt/launcher"), Path.of("/opt/runsc")),
                    "runsc version 1",
                    new Setup("a test", Setup.Lane.LAUNCHER, "systrap", Setup.RUNC_SHIM));

    private Handlers() {}

    static HandlerState ready(Handler handler) {
        return ready(handler, 47);
    }

    static HandlerState ready(Handler handler, long tasks) {
        return new HandlerState.Ready(evidence(handler, tasks));
    }

    static HandlerState degraded(Handler handler) {
        return new HandlerState.Degraded(evidence(handler, 47), "its memory limit does not bind");
    }

    private static Evidence evidence(Handler handler, long tasks) {
        return new Evidence(
                handler.name(),
                Instant.EPOCH,
                new Evidence.Subject("abc", "1.7.0", "6.1.0", 2),
                handler.version(),
                "4.4.0",
                "",
                0,
                tasks,
                64 << 20,
                137,
                1);
    }
}
