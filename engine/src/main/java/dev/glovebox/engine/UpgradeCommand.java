package dev.glovebox.engine;

import dev.glovebox.runtimes.install.Installation;
import dev.glovebox.runtimes.install.InstalledRuntimes;
import dev.glovebox.runtimes.install.RuntimeInstaller;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `runtimes upgrade`.
@Command(
        name = "upgrade",
        description =
                "Takes the newest version of an installed runtime into use; `rollback` goes back.",
        mixinStandardHelpOptions = true)
final class UpgradeCommand implements Callable<Integer> {
    @Spec private CommandSpec command = CommandSpec.create();
    @Mixin private RuntimePlaces places = new RuntimePlaces();
    @Mixin private InstallFlags flags = new InstallFlags();

    @Override
    public Integer call() throws IOException, InterruptedException {
        EngineLog.toConsole();
        Installation before =
                new InstalledRuntimes(places.directory())
                        .read(flags.runtime())
                        .orElseThrow(() ->
                                new EngineException(
                                        "%s is not installed; run: glovebox runtimes install %s"
                                                .formatted(
                                                        Printable.of(flags.runtime()),
                                                        Printable.of(flags.runtime()))))
                        .current();
        RuntimeInstaller.Outcome outcome = flags.install(places, "upgrade to", new Sayer(command));
        PrintWriter out = command.commandLine().getOut();
        Installation now = outcome.installation();
        out.println(
                outcome.changed()
                        ? "Upgraded %s from %s to %s."
                                .formatted(flags.runtime(), before.version(), now.version())
                        : "%s %s was in use already.".formatted(flags.runtime(), now.version()));
        InstallCommand.tell(out, now, places);
        return 0;
    }
}
