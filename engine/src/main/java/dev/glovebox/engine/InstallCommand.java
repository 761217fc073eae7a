package dev.glovebox.engine;

import dev.glovebox.runtimes.install.Installation;
import dev.glovebox.runtimes.install.RuntimeInstaller;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `runtimes install`.
@Command(
        name = "install",
        description = "Installs a runtime beside those that are there, and takes it into use.",
        mixinStandardHelpOptions = true)
final class InstallCommand implements Callable<Integer> {
    @Spec private CommandSpec command = CommandSpec.create();
    @Mixin private RuntimePlaces places = new RuntimePlaces();
    @Mixin private InstallFlags flags = new InstallFlags();

    @Override
    public Integer call() throws IOException, InterruptedException {
        EngineLog.toConsole();
        RuntimeInstaller.Outcome outcome = flags.install(places, "install", new Sayer(command));
        PrintWriter out = command.commandLine().getOut();
        Installation done = outcome.installation();
        out.println(
                outcome.changed()
                        ? "Installed %s %s from %s."
                                .formatted(flags.runtime(), done.version(), done.source())
                        : "%s %s was in use already.".formatted(flags.runtime(), done.version()));
        tell(out, done, places);
        return 0;
    }

    /// What is in use now, and what is to be done next.
    static void tell(PrintWriter out, Installation done, RuntimePlaces places) {
        out.println("  programs  " + done.home() + ": " + String.join(", ", done.programs()));
        if (!done.platform().isEmpty()) {
            String seen = done.trial().isEmpty() ? "" : " (seen: " + done.trial() + ")";
            out.println("  platform  " + done.platform() + seen);
        }
        out.println(next(places));
        out.flush();
    }

    /// How a version is taken into use.
    static String next(RuntimePlaces places) {
        return places.system()
                ? "Next, for a containerd: sudo ./glovebox runtimes configure --containerd FILE"
                        + places.prefixFlag()
                : "An engine uses it from its next start on, and pods that run keep what they have:"
                        + " sudo ./glovebox down && sudo ./glovebox up";
    }
}
