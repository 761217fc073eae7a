package dev.glovebox.engine;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.control.CheckSpec;
import dev.glovebox.control.Conversation;
import dev.glovebox.control.Refusal;
import dev.glovebox.control.RunSpec;
import dev.glovebox.model.Names;
import dev.glovebox.runtimes.check.Ending;
import dev.glovebox.runtimes.check.Judgement;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// `check`: runs a program under gVisor, and under runc where that was agreed to, and says how the
/// two compare. A second run under runc tells what differs by itself.
final class CheckRequest {
    /// Exit code where nothing can be said.
    static final int NOT_CHECKED = 1;

    private static final int LARGEST_INPUT = 1 << 20;

    private final Cluster cluster;
    private final List<Parts> nodes;
    private final CheckSpec spec;
    private final Conversation talk;

    CheckRequest(Cluster cluster, List<Parts> nodes, CheckSpec spec, Conversation talk) {
        this.cluster = cluster;
        this.nodes = List.copyOf(nodes);
        this.spec = spec;
        this.talk = talk;
    }

    /// Checks, and tells. Answers with the verdict's exit code.
    int answer() throws Refusal, IOException, InterruptedException {
        requireGvisor();
        byte[] input = input();
        String image = spec.run().image();
        new NodeImages(nodes).without(image).pull(image, talk);
        CheckReport report;
        try {
            report = compare(input);
        } catch (Refusal e) {
            throw new Refusal(NOT_CHECKED, "nothing can be said: " + e.getMessage());
        }
        String text = spec.run().json() ? report.json() : report.text();
        talk.output().write(text.getBytes(StandardCharsets.UTF_8));
        return report.judgement().verdict().exitCode();
    }

    private CheckReport compare(byte[] input) throws Refusal, IOException, InterruptedException {
        CheckRun.Left gvisor = run(RunSpec.Isolation.GVISOR, "running it under gVisor", input);
        if (spec.sides() == CheckSpec.Sides.GVISOR) {
            return new CheckReport(
                    spec,
                    gvisor,
                    Optional.empty(),
                    versions(),
                    Judgement.of(gvisor.side(), gvisor.refused()));
        }
        CheckRun.Left runc = run(RunSpec.Isolation.RUNC, "running it under runc", input);
        if (runc.side().ending() instanceof Ending.NotStarted neither
                && gvisor.side().ending() instanceof Ending.NotStarted) {
            throw new Refusal(NOT_CHECKED, "it was started under neither: " + neither.why());
        }
        Optional<CheckRun.Left> again =
                Judgement.wantsAnother(gvisor.side(), runc.side())
                        ? Optional.of(
                                run(
                                        RunSpec.Isolation.RUNC,
                                        "running it once more under runc, as it wrote something else",
                                        input))
                        : Optional.empty();
        return new CheckReport(
                spec,
                gvisor,
                Optional.of(runc),
                versions(),
                Judgement.of(
                        gvisor.side(),
                        runc.side(),
                        again.map(CheckRun.Left::side),
                        gvisor.refused()));
    }

    private CheckRun.Left run(RunSpec.Isolation isolation, String doing, byte[] input)
            throws Refusal, IOException, InterruptedException {
        talk.progress(doing);
        return new CheckRun(cluster, nodes, spec, input, talk).under(isolation);
    }

    /// Only what a probe pod has shown to be gVisor is called so.
    private void requireGvisor() throws Refusal {
        Optional<String> missing = Parts.notReady(nodes, Names.GVISOR_HANDLER);
        if (missing.isPresent()) {
            throw new Refusal(
                    NOT_CHECKED,
                    "there is no gVisor to check it under: handler \"%s\" is %s"
                            .formatted(Names.GVISOR_HANDLER, missing.get()));
        }
    }

    private byte[] input() throws Refusal, IOException {
        if (!spec.run().input()) {
            return new byte[0];
        }
        try (InputStream in = talk.input()) {
            byte[] bytes = in.readNBytes(LARGEST_INPUT + 1);
            if (bytes.length > LARGEST_INPUT) {
                throw new Refusal(
                        NOT_CHECKED, "standard input of more than 1 MiB is not kept for both runs");
            }
            return bytes;
        }
    }

    private CheckReport.Versions versions() {
        return new CheckReport.Versions(version(Names.GVISOR_HANDLER), version(Names.RUNC));
    }

    /// Of the first node that has the handler.
    private String version(String handler) {
        return nodes.stream()
                .map(Parts::handlers)
                .filter(each -> each.ready().contains(handler))
                .findFirst()
                .flatMap(each -> each.version(handler))
                .orElse("");
    }
}
