package dev.glovebox.engine;

import dev.glovebox.containerd.Handler;
import dev.glovebox.model.Names;
import dev.glovebox.runtimes.Setup;
import dev.glovebox.runtimes.install.GivenProgram;
import dev.glovebox.runtimes.install.Gvisor;
import dev.glovebox.runtimes.install.Installation;
import dev.glovebox.runtimes.install.Kata;
import dev.glovebox.runtimes.install.Links;
import dev.glovebox.runtimes.install.OciProgram;
import dev.glovebox.runtimes.install.RuntimeInstaller;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `runtimes add`.
@Command(
        name = "add",
        description = "Takes in any OCI runtime, under a handler of that name.",
        mixinStandardHelpOptions = true)
final class AddCommand implements Callable<Integer> {
    private static final List<String> TAKEN =
            List.of(Names.RUNC, Names.GVISOR_HANDLER, Gvisor.NAME, Kata.NAME);

    @Spec private CommandSpec command = CommandSpec.create();
    @Mixin private RuntimePlaces places = new RuntimePlaces();

    @Parameters(paramLabel = "NAME", description = "Lower-case letters, digits and hyphens.")
    private String name = "";

    @Option(
            names = "--binary",
            paramLabel = "PATH",
            required = true,
            description = "The OCI runtime; it is copied.")
    private Path binary = Path.of("");

    @Option(
            names = "--shim",
            paramLabel = "TYPE",
            description =
                    "containerd's runtime type (${DEFAULT-VALUE}); another than that finds its runtime itself.")
    private String shim = Setup.RUNC_SHIM;

    @Override
    public Integer call() throws IOException, InterruptedException {
        EngineLog.toConsole();
        if (TAKEN.contains(name)) {
            throw new EngineException(
                    "%s is a runtime of its own; choose another name".formatted(name));
        }
        if (places.system()) {
            throw new EngineException(
                    "add is for the engine; a containerd that is not Glovebox's is told of a program of its own by its configuration");
        }
        Handler.checkType(shim);
        RuntimeInstaller.Outcome outcome =
                places.installer(new Sayer(command)::progress)
                        .install(
                                new OciProgram(name, shim, true),
                                new GivenProgram(binary),
                                Links.none());
        Installation done = outcome.installation();
        PrintWriter out = command.commandLine().getOut();
        out.println("Added %s: %s.".formatted(name, done.version()));
        out.println("  program   " + done.home().resolve(done.programs().getFirst()));
        out.println(InstallCommand.next(places));
        out.flush();
        return 0;
    }
}
