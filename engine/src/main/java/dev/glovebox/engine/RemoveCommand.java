package dev.glovebox.engine;

import dev.glovebox.runtimes.foreign.Undoing;
import dev.glovebox.runtimes.install.Gvisor;
import dev.glovebox.runtimes.install.RuntimeInstaller;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `runtimes remove`.
@Command(
        name = "remove",
        description =
                "Removes an installed runtime, and with --system what `configure` did for it; what pods"
                        + " still run from stays until they end.",
        mixinStandardHelpOptions = true)
final class RemoveCommand implements Callable<Integer> {
    @Spec private CommandSpec command = CommandSpec.create();
    @Mixin private RuntimePlaces places = new RuntimePlaces();
    @Mixin private Consent consent = new Consent();

    @Parameters(paramLabel = "RUNTIME")
    private String runtime = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        EngineLog.toConsole();
        Sayer say = new Sayer(command);
        RuntimeInstaller installer = places.installer(say::progress);
        consent.ask("remove %s from %s".formatted(Printable.of(runtime), places.directory()));
        if (places.system() && runtime.equals(Gvisor.NAME)) {
            new Undoing(places.prefix(), say::progress).undoAll();
        }
        List<Path> left = installer.remove(runtime, places.links());
        PrintWriter out = command.commandLine().getOut();
        out.println("Removed %s.".formatted(runtime));
        left.forEach(home -> out.println("  in use by pods, and left: " + home));
        out.flush();
        return 0;
    }
}
