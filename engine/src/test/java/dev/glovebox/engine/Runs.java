package dev.glovebox.engine;

import dev.glovebox.control.RunSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What tests ask to run: `echo hi`, untrusted and without a network, until they change it.
final class Runs {
    RunSpec.Isolation isolation = RunSpec.Isolation.AUTO;
    RunSpec.Network network = RunSpec.Network.NONE;
    List<String> command = List.of("echo", "hi");
    Map<String, String> environment = Map.of();
    boolean input;
    boolean terminal;
    String cpus = "";
    String memory = "";
    long pids;
    boolean keep;
    String name = "";

    RunSpec spec() {
        SequencedMap<String, String> ordered = new LinkedHashMap<>(environment);
        return new RunSpec(
                "",
                command,
                isolation,
                network,
                input,
                terminal,
                0,
                0,
                ordered,
                cpus,
                memory,
                pids,
                Duration.ZERO,
                keep,
                name,
                false);
    }

    static RunSpec under(RunSpec.Isolation isolation) {
        Runs run = new Runs();
        run.isolation = isolation;
        return run.spec();
    }

    static RunSpec limited(String memory) {
        Runs run = new Runs();
        run.memory = memory;
        return run.spec();
    }
}
