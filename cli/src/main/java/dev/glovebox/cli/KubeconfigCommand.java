package dev.glovebox.cli;

import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `glovebox kubeconfig`.
@Command(
        name = "kubeconfig",
        description = "Prints the path of the administrator's kubeconfig.",
        mixinStandardHelpOptions = true)
final class KubeconfigCommand implements Callable<Integer> {
    @Mixin private EngineOption engine = new EngineOption();

    @Override
    public Integer call() {
        var file = engine.paths().kubeconfig();
        if (!Files.exists(file)) {
            EngineLink.requireRoot("kubeconfig");
            throw new CliException(
                    "there is no " + file + " yet; start the engine with: sudo ./glovebox up");
        }
        System.out.println(file);
        return 0;
    }
}
