package dev.glovebox.engine;

import dev.glovebox.containerd.CriException;
import dev.glovebox.containerd.image.ImageException;
import dev.glovebox.control.ControlHandler;
import dev.glovebox.control.Conversation;
import dev.glovebox.control.EnginePaths;
import dev.glovebox.control.Refusal;
import dev.glovebox.control.Request;
import dev.glovebox.model.ApiException;
import dev.glovebox.node.RuntimeRefusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Carries out what command lines ask for.
final class Requests implements ControlHandler {
    private final EnginePaths paths;
    private final int nodes;
    private final Lifetime lifetime;

    /// @param nodes how many it has of its own
    Requests(EnginePaths paths, int nodes, Lifetime lifetime) {
        this.paths = paths;
        this.nodes = nodes;
        this.lifetime = lifetime;
    }

    @Override
    public int handle(Request request, Conversation talk)
            throws Refusal, IOException, InterruptedException {
        int failure = request instanceof Request.Run ? RunOutcome.NOT_RUN : 1;
        try {
            return carryOut(request, talk, failure);
        } catch (ApiException
                | ImageException
                | CriException
                | RuntimeRefusal
                | EngineException e) {
            throw new Refusal(failure, Troubles.sentence(e));
        }
    }

    private int carryOut(Request request, Conversation talk, int failure)
            throws Refusal, IOException, InterruptedException {
        switch (request) {
            case Request.Status(boolean json) ->
                    print(talk, new StatusReport(paths, nodes, lifetime.stage()).text(json));
            case Request.Down() -> lifetime.stop();
            case Request.NodeKubeconfig(String node) ->
                    print(talk, authority(failure).joining().issue(node) + "\n");
            case Request.Backup() -> authority(failure).backups().send(talk.output());
            case Request.Run(var spec) -> {
                return new RunRequest(stage(failure).cluster(), running(failure), spec, talk).run();
            }
            case Request.Inspect(String namespace, String pod, boolean json) ->
                    print(
                            talk,
                            new InspectRequest(stage(failure).cluster(), running(failure))
                                    .text(namespace, pod, json));
            case Request.Runtimes(boolean json) ->
                    print(talk, RuntimesReport.of(running(failure)).text(json));
            case Request.RuntimeLimits(String runtime, boolean json) ->
                    new LimitsRequest(stage(failure).cluster(), running(failure), runtime)
                            .answer(json, talk);
            case Request.Check(var spec) -> {
                return new CheckRequest(stage(failure).cluster(), running(failure), spec, talk)
                        .answer();
            }
            case Request.RuntimeMeasure(String runtime, int sandboxes, boolean json) -> {
                return new MeasureRequest(
                                running(failure),
                                Measurement.in(new Places(paths), sandboxes),
                                new ClassOverheads(stage(failure).cluster()),
                                runtime)
                        .answer(json, talk);
            }
            case Request.ImageList(boolean json) ->
                    print(talk, images(failure).report().text(json));
            case Request.ImageLoad() ->
                    images(failure)
                            .load(talk.input(), "the archive")
                            .forEach(name -> printed(talk, "loaded " + name));
            case Request.ImagePull(String name) -> {
                images(failure).pull(name, talk);
                print(talk, "pulled " + name + "\n");
            }
            case Request.ImageRemove(String name) ->
                    images(failure).remove(name).forEach(gone -> printed(talk, "removed " + gone));
        }
        return 0;
    }

    private NodeImages images(int failure) throws Refusal {
        return new NodeImages(running(failure));
    }

    private List<Parts> running(int failure) throws Refusal {
        List<Parts> all = stage(failure).nodes();
        if (all.isEmpty()) {
            throw new Refusal(
                    failure,
                    "this engine is a control plane without a node; start it with --node to have"
                            + " one");
        }
        return all;
    }

    private Stage.Authority authority(int failure) throws Refusal {
        Stage.Running running = stage(failure);
        return running.authority()
                .orElseThrow(() ->
                        new Refusal(
                                failure,
                                "this is the agent of a node of %s; ask for that where that API is served"
                                        .formatted(running.api())));
    }

    private Stage.Running stage(int failure) throws Refusal {
        return switch (lifetime.stage()) {
            case Stage.Running running -> running;
            case Stage.Stopping() -> throw new Refusal(failure, "the engine is stopping");
            case Stage.Starting(String doing) ->
                    throw new Refusal(failure, "the engine is still " + doing + "; try again");
        };
    }

    private static void print(Conversation talk, String text) throws IOException {
        talk.output().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void printed(Conversation talk, String line) {
        try {
            print(talk, line + "\n");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the caller has gone", e);
        }
    }
}
