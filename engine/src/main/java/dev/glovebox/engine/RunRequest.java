package dev.glovebox.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.control.Conversation;
import dev.glovebox.control.Refusal;
import dev.glovebox.control.RunSpec;
import dev.glovebox.model.Names;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// One `run`: makes the pod, passes its streams on, ends with its exit code, and removes it.
final class RunRequest {
    private final Cluster cluster;
    private final List<Parts> nodes;
    private final RunSpec spec;
    private final Conversation talk;
    private final KeptOutput keptOut = new KeptOutput();
    private final KeptOutput keptErr = new KeptOutput();

    RunRequest(Cluster cluster, List<Parts> nodes, RunSpec spec, Conversation talk) {
        this.cluster = cluster;
        this.nodes = nodes;
        this.spec = spec;
        this.talk = talk;
    }

    int run() throws Refusal, IOException, InterruptedException {
        requireKata();
        String image = spec.image().isEmpty() ? nodes.getFirst().busybox() : spec.image();
        new NodeImages(nodes).without(image).pull(image, talk);
        talk.progress("starting the pod");
        RunNamespace.ensure(cluster, RunPod.namespace(spec));
        Pod pod = RunPod.of(spec, image, Parts.names(nodes));
        OnePod one = new OnePod(cluster, nodes, cluster.create(Resource.PODS, pod));
        try {
            return follow(one);
        } finally {
            if (!spec.keep()) {
                one.remove();
            }
        }
    }

    /// What is wanted by name and is not there is refused with what is missing, before anything is
    /// made.
    private void requireKata() throws Refusal {
        if (spec.isolation() != RunSpec.Isolation.KATA) {
            return;
        }
        if (spec.pids() > 0) {
            throw new Refusal(
                    RunOutcome.NOT_RUN,
                    "--pids binds nothing under kata: the host does not see the processes in a virtual machine");
        }
        Optional<String> missing = Parts.notReady(nodes, Names.KATA);
        if (missing.isPresent()) {
            throw new Refusal(RunOutcome.NOT_RUN, "kata is not ready here: " + missing.get());
        }
    }

    private int follow(OnePod one) throws Refusal, IOException, InterruptedException {
        Runnable end = spec.keep() ? one::endAndKeep : one::end;
        talk.onHangUp(end);
        try (Reflector<Pod> pods = one.reflector();
                InputStream _ = talk.input()) {
            PodWatch watch = new PodWatch(pods, one);
            Parts node = watch.awaitStart();
            talk.progress("");
            try (RunStreams streams = new RunStreams(node.streams(), spec, ends(), one.key());
                    TimeUp timer = new TimeUp(spec.timeout(), end)) {
                streams.pass(talk::onResize);
                RunOutcome outcome =
                        watch.awaitEnd()
                                .map(ended -> RunOutcome.of(spec, ended))
                                .orElseGet(RunOutcome::deleted);
                return tell(
                        one.pod(), timer.fired() ? RunOutcome.timedOut(spec.timeout()) : outcome);
            }
        }
    }

    private RunStreams.Ends ends() {
        return spec.json()
                ? new RunStreams.Ends(talk.input(), keptOut, keptErr)
                : new RunStreams.Ends(talk.input(), talk.output(), talk.error());
    }

    private int tell(Pod pod, RunOutcome outcome) throws IOException {
        if (spec.json()) {
            ObjectNode report =
                    new ObjectMapper()
                            .createObjectNode()
                            .put("namespace", pod.getMetadata().getNamespace())
                            .put("pod", pod.getMetadata().getName())
                            .put("runtimeClass", pod.getSpec().getRuntimeClassName())
                            .put("exitCode", outcome.exitCode())
                            .put("reason", outcome.reason())
                            .put("message", outcome.message())
                            .put("stdout", keptOut.text())
                            .put("stderr", keptErr.text())
                            .put("truncated", keptOut.truncated() || keptErr.truncated());
            write(talk.output(), report + "\n");
        } else if (!outcome.message().isEmpty()) {
            write(talk.error(), "glovebox: " + outcome.message() + "\n");
        }
        return outcome.exitCode();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
