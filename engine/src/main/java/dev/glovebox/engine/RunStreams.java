package dev.glovebox.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.containerd.ContainerStream;
import dev.glovebox.containerd.CriException;
import dev.glovebox.control.Conversation;
import dev.glovebox.control.RunSpec;
import dev.glovebox.model.ApiException;
import dev.glovebox.node.NodeStreams;
import dev.glovebox.node.RuntimeRefusal;
import dev.glovebox.node.StreamOptions;
import dev.glovebox.node.log.LogQuery;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The streams of one run's container, to and from whoever asked for it.
///
/// Without a terminal the output is read from the container's log, from its first byte on, however
/// late we come; an attachment carries standard input alone, and its end is the input's end. A
/// terminal is one attachment, whose first resize has a shell show its prompt again.
final class RunStreams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunStreams.class);
    private static final int PIECE = 16 << 10;

    private final NodeStreams streams;
    private final RunSpec spec;
    private final Conversation talk;
    private final ObjectKey pod;
    private final KeptOutput keptOut = new KeptOutput();
    private final KeptOutput keptErr = new KeptOutput();

    RunStreams(NodeStreams streams, RunSpec spec, Conversation talk, ObjectKey pod) {
        this.streams = streams;
        this.spec = spec;
        this.talk = talk;
        this.pod = pod;
    }

    /// Passes everything on until the container has ended.
    void pass() throws IOException, InterruptedException {
        if (spec.terminal()) {
            terminal();
            return;
        }
        if (spec.input()) {
            Thread.ofVirtual().name("run-input").start(this::input);
        }
        output();
    }

    /// Adds what was kept for a report in JSON.
    void addKept(ObjectNode report) {
        report.put("stdout", keptOut.text()).put("stderr", keptErr.text());
        report.put("truncated", keptOut.truncated() || keptErr.truncated());
    }

    @Override
    public void close() throws IOException {
        talk.input().close();
    }

    private OutputStream out() {
        return spec.json() ? keptOut : talk.output();
    }

    private OutputStream err() {
        return spec.json() ? keptErr : talk.error();
    }

    private void output() throws IOException {
        try (NodeStreams.LogReading log =
                streams.logs(
                        pod.namespace(), pod.name(), RunPod.CONTAINER, false, LogQuery.FOLLOW)) {
            log.copy(out(), err());
        }
    }

    private void terminal() throws IOException, InterruptedException {
        URI server;
        try {
            server = attach(new StreamOptions(spec.input(), true, false, true));
        } catch (ApiException ended) {
            output();
            return;
        }
        try (ContainerStream stream = ContainerStream.open(server, out(), err())) {
            talk.onResize((columns, rows) -> resize(stream, columns, rows));
            resize(stream, spec.columns(), spec.rows());
            if (spec.input()) {
                Thread.ofVirtual().name("run-input").start(() -> pump(stream));
            }
            stream.await();
        }
    }

    private void input() {
        try (ContainerStream stream =
                ContainerStream.open(
                        attach(new StreamOptions(true, false, false, false)),
                        OutputStream.nullOutputStream(),
                        OutputStream.nullOutputStream())) {
            pump(stream);
            stream.endInput();
        } catch (IOException e) {
            noMore(e);
        } catch (ApiException | RuntimeRefusal | CriException ended) {
            LOG.atDebug()
                    .addKeyValue("pod", pod)
                    .addKeyValue("cause", ended.getMessage())
                    .log("the container ended before it read any input");
        }
    }

    private void resize(ContainerStream stream, int columns, int rows) {
        try {
            stream.resize(columns, rows);
        } catch (IOException e) {
            noMore(e);
        }
    }

    private void pump(ContainerStream stream) {
        byte[] piece = new byte[PIECE];
        try {
            for (int n = talk.input().read(piece); n >= 0; n = talk.input().read(piece)) {
                stream.write(piece, 0, n);
            }
        } catch (IOException e) {
            noMore(e);
        }
    }

    private void noMore(IOException e) {
        LOG.atDebug()
                .addKeyValue("pod", pod)
                .addKeyValue("cause", e.toString())
                .log("the container takes no more input");
    }

    private URI attach(StreamOptions options) {
        return streams.attach(pod.namespace(), pod.name(), RunPod.CONTAINER, options);
    }
}
