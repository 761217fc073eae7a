package dev.glovebox.engine;

import dev.glovebox.runtimes.Handler;
import dev.glovebox.runtimes.HandlerState;
import dev.glovebox.runtimes.Setup;
import dev.glovebox.runtimes.install.Installation;
import dev.glovebox.runtimes.install.InstalledRuntimes;
import dev.glovebox.runtimes.install.Kata;
import dev.glovebox.runtimes.kata.VirtualMachineTrial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The Kata of this machine: what was installed of it, where virtual machines run at all.
final class KataRuntime {
    private static final String INSTALL =
            "install it: sudo ./glovebox runtimes install kata --sha256 HEX";

    private final InstalledRuntimes installed;
    private final VirtualMachineTrial trial;

    /// @param installed below the data directory
    /// @param trial whether virtual machines run here
    KataRuntime(InstalledRuntimes installed, VirtualMachineTrial trial) {
        this.installed = installed;
        this.trial = trial;
    }

    /// Where there is one, and where there is none, why.
    sealed interface Result {}

    /// It can be configured; what it does is for a probe pod to see.
    record Usable(Handler handler) implements Result {}

    /// It cannot be used.
    record Unusable(HandlerState.Absent why) implements Result {}

    Result find() throws IOException {
        Optional<Installation> known =
                installed.read(Kata.NAME).map(InstalledRuntimes.Versions::current);
        if (known.isEmpty()) {
            return absent("it is not installed", INSTALL);
        }
        if (!known.get().shim().equals(Kata.SHIM) || known.get().platform().isEmpty()) {
            return absent(
                    "what was added under its name is no Kata that was installed",
                    "remove it: sudo ./glovebox runtimes remove kata");
        }
        Optional<String> objection = trial.objection();
        if (objection.isPresent()) {
            return absent(
                    "Kata %s is installed and cannot run: %s"
                            .formatted(known.get().version(), objection.get()),
                    cure());
        }
        return usable(known.get());
    }

    private static Result usable(Installation kata) {
        Path configuration = kata.home().resolve(Kata.CONFIGURATION);
        List<Path> programs =
                new ArrayList<>(kata.programs().stream().map(kata.home()::resolve).toList());
        for (Path each : programs) {
            if (!Files.isExecutable(each) || !Files.isRegularFile(configuration)) {
                return absent(
                        "Kata %s is not whole any more: look at %s"
                                .formatted(kata.version(), kata.home()),
                        INSTALL);
            }
        }
        programs.add(programs.size() - 1, configuration);
        return new Usable(
                new Handler(
                        Kata.NAME,
                        Handler.Kernel.VIRTUAL_MACHINE,
                        programs,
                        "Kata Containers " + kata.version(),
                        new Setup(
                                kata.source(),
                                Setup.Lane.SHIM,
                                kata.platform(),
                                Kata.SHIM,
                                Optional.of(configuration))));
    }

    private static String cure() {
        return "use a machine with virtualisation by hardware (for a virtual machine: nested) and a /dev/kvm that works";
    }

    private static Result absent(String why, String cure) {
        return new Unusable(new HandlerState.Absent(why, cure));
    }
}
