package dev.glovebox.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `glovebox version`.
@Command(name = "version", description = "Prints the version.", mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
        System.out.println(new Main.Version().getVersion()[0]);
        return 0;
    }
}
