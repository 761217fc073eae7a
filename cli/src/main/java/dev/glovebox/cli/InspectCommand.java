package dev.glovebox.cli;

import dev.glovebox.control.Request;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `glovebox inspect`.
@Command(
        name = "inspect",
        description = "Shows what isolates a pod, as the host sees it.",
        mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
    @Mixin private EngineOption engine = new EngineOption();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "The pod's namespace (default).")
    private String namespace = "default";

    @Option(names = "--json", description = "As one JSON object.")
    private boolean json;

    @Parameters(paramLabel = "POD", description = "The pod's name, or NAMESPACE/NAME.")
    private String pod = "";

    @Override
    public Integer call() {
        var slash = pod.indexOf('/');
        var where = slash < 0 ? namespace : pod.substring(0, slash);
        return new EngineLink(engine.paths())
                .ask(new Request.Inspect(where, pod.substring(slash + 1), json));
    }
}
