package dev.glovebox.engine;

import dev.glovebox.runtimes.install.InstalledRuntimes;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `runtimes rollback`.
@Command(
        name = "rollback",
        description = "Takes the version before into use; said again, it goes forward again.",
        mixinStandardHelpOptions = true)
final class RollbackCommand implements Callable<Integer> {
    @Spec private CommandSpec command = CommandSpec.create();
    @Mixin private RuntimePlaces places = new RuntimePlaces();

    @Parameters(paramLabel = "RUNTIME")
    private String runtime = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        EngineLog.toConsole();
        InstalledRuntimes.Versions now =
                places.installer(new Sayer(command)::progress).rollback(runtime, places.links());
        PrintWriter out = command.commandLine().getOut();
        out.println("%s %s is in use.".formatted(runtime, now.current().version()));
        InstallCommand.tell(out, now.current(), places);
        return 0;
    }
}
