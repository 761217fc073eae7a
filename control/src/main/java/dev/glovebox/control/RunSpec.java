package dev.glovebox.control;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// What `glovebox run` is asked to run.
///
/// @param image its name; empty for the built-in busybox
/// @param command program and arguments; empty for what the image says
/// @param input whether standard input is passed on (`-i`)
/// @param terminal whether the container gets a terminal (`-t`)
/// @param columns width of the caller's terminal; 0 without one
/// @param rows height of the caller's terminal; 0 without one
/// @param cpus most processors to use, a Kubernetes quantity; empty for no limit
/// @param memory most memory to use, a Kubernetes quantity; empty for no limit
/// @param pids most processes and threads in the pod's cgroup; 0 for the engine's default
/// @param timeout how long the container may run; zero for as long as it likes
/// @param keep leave the pod when its container has ended
/// @param name of the pod; empty to have one made up
/// @param json the outcome as one JSON object on standard output in place of the container's own
///   output
public record RunSpec(
        String image,
        List<String> command,
        Isolation isolation,
        Network network,
        boolean input,
        boolean terminal,
        int columns,
        int rows,
        SequencedMap<String, String> environment,
        String cpus,
        String memory,
        long pids,
        Duration timeout,
        boolean keep,
        String name,
        boolean json) {
    /// Which isolation the caller wants.
    public enum Isolation {
        /// What the policy says for a pod that nobody trusts.
        AUTO,
        /// gVisor.
        GVISOR,
        /// A virtual machine of Kata's.
        KATA,
        /// The host's kernel, by the caller's own choice.
        RUNC
    }

    /// What the pod reaches.
    public enum Network {
        /// Nothing.
        NONE,
        /// Public addresses.
        INTERNET
    }

    /// Copies the command and the environment.
    public RunSpec {
        command = List.copyOf(command);
        environment =
                java.util.Collections.unmodifiableSequencedMap(new LinkedHashMap<>(environment));
    }

    /// The same under another isolation.
    public RunSpec under(Isolation other) {
        return new RunSpec(
                image,
                command,
                other,
                network,
                input,
                terminal,
                columns,
                rows,
                environment,
                cpus,
                memory,
                pids,
                timeout,
                keep,
                name,
                json);
    }

    List<String> words() {
        var words = new ArrayList<String>();
        words.add("run");
        words.add("image=" + image);
        command.forEach(word -> words.add("command=" + word));
        words.add("isolation=" + isolation);
        words.add("network=" + network);
        words.add("input=" + input);
        words.add("terminal=" + terminal);
        words.add("columns=" + columns);
        words.add("rows=" + rows);
        environment.forEach((variable, value) -> words.add("env=" + variable + "=" + value));
        words.add("cpus=" + cpus);
        words.add("memory=" + memory);
        words.add("pids=" + pids);
        words.add("timeout=" + timeout);
        words.add("keep=" + keep);
        words.add("name=" + name);
        words.add("json=" + json);
        return words;
    }

    static RunSpec of(Fields fields) {
        return new RunSpec(
                fields.one("image"),
                fields.all("command"),
                Isolation.valueOf(fields.one("isolation")),
                Network.valueOf(fields.one("network")),
                fields.flag("input"),
                fields.flag("terminal"),
                Math.toIntExact(fields.number("columns")),
                Math.toIntExact(fields.number("rows")),
                environment(fields.all("env")),
                fields.one("cpus"),
                fields.one("memory"),
                fields.number("pids"),
                Duration.parse(fields.one("timeout")),
                fields.flag("keep"),
                fields.one("name"),
                fields.flag("json"));
    }

    private static SequencedMap<String, String> environment(List<String> pairs) {
        var environment = new LinkedHashMap<String, String>();
        for (var pair : pairs) {
            var end = pair.indexOf('=');
            environment.put(pair.substring(0, end), pair.substring(end + 1));
        }
        return environment;
    }
}
