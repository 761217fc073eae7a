package dev.glovebox.cli;

import dev.glovebox.control.Request;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `glovebox kubeconfig`.
@Command(
        name = "kubeconfig",
        description =
                "Prints the path of the administrator's kubeconfig, or of one for a kubelet that joins.",
        mixinStandardHelpOptions = true)
final class KubeconfigCommand implements Callable<Integer> {
    @Mixin private EngineOption engine = new EngineOption();

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description =
                    "Make a node's kubeconfig, with its serving certificate and the authority beside it.")
    private String node = "";

    @Override
    public Integer call() {
        if (!node.isEmpty()) {
            EngineLink.requireRoot("kubeconfig");
            return new EngineLink(engine.paths()).ask(new Request.NodeKubeconfig(node));
        }
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
