package dev.glovebox.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/// What may be said of a pod that a command makes: its variables and its limits.
final class PodOptions {
    private static final Pattern QUANTITY =
            Pattern.compile("[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?");
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final Pattern VARIABLE = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME[=VALUE]",
            description = "Set a variable; without a value, to what it is here.")
    private List<String> environment = new ArrayList<>();

    @Option(names = "--cpus", paramLabel = "N", description = "Most processors, like 1.5 or 500m.")
    private String cpus = "";

    @Option(names = "--memory", paramLabel = "SIZE", description = "Most memory, like 64Mi.")
    private String memory = "";

    @Option(
            names = "--pids",
            paramLabel = "N",
            description =
                    "Most processes and threads. Under gVisor the pod ends when it wants more, and about 70 are gVisor's own.")
    private long pids;

    /// A Kubernetes quantity; empty for no limit.
    String cpus() {
        require(
                cpus.isEmpty() || QUANTITY.matcher(cpus).matches(),
                "--cpus wants a number like 1.5 or 500m, not",
                cpus);
        return cpus;
    }

    /// A Kubernetes quantity; empty for no limit.
    String memory() {
        require(
                memory.isEmpty() || QUANTITY.matcher(memory).matches(),
                "--memory wants a size like 64Mi, not",
                memory);
        return memory;
    }

    /// 0 for the engine's default.
    long pids() {
        require(pids >= 0, "--pids wants a positive number, not", Long.toString(pids));
        return pids;
    }

    /// The variables, each with its value.
    SequencedMap<String, String> variables() {
        var variables = new LinkedHashMap<String, String>();
        for (var word : environment) {
            var end = word.indexOf('=');
            var variable = end < 0 ? word : word.substring(0, end);
            require(VARIABLE.matcher(variable).matches(), "--env wants NAME=VALUE, not", word);
            var here = System.getenv(variable);
            if (end >= 0) {
                variables.put(variable, word.substring(end + 1));
            } else if (here != null) {
                variables.put(variable, here);
            }
        }
        return variables;
    }

    /// The time that an option says.
    ///
    /// @param text empty for no time at all
    static Duration time(String option, String text) {
        if (text.isEmpty()) {
            return Duration.ZERO;
        }
        var match = TIME.matcher(text);
        require(match.matches(), option + " wants a time like 30s, not", text);
        var amount = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> throw new IllegalStateException(text);
        };
    }

    /// Refuses what was given unless a condition holds.
    static void require(boolean condition, String wanted, String given) {
        if (!condition) {
            throw new CliException(wanted + " \"" + given + "\"");
        }
    }
}
