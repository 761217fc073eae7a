package dev.glovebox.engine;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.containerd.ContainerStream;
import dev.glovebox.containerd.CriException;
import dev.glovebox.control.RunSpec;
import dev.glovebox.model.ApiException;
import dev.glovebox.node.NodeStreams;
import dev.glovebox.node.RuntimeRefusal;
import dev.glovebox.node.StreamOptions;
import dev.glovebox.node.log.LogQuery;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
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
    private final Ends ends;
    private final ObjectKey pod;

    RunStreams(NodeStreams streams, RunSpec spec, Ends ends, ObjectKey pod) {
        this.streams = streams;
        this.spec = spec;
        this.ends = ends;
        this.pod = pod;
    }

    /// Where the container's streams come from and go to.
    ///
    /// @param input read where the run has any
    record Ends(InputStream input, OutputStream out, OutputStream err) {}

    /// Passes everything on until the container has ended.
    ///
    /// @param onResize is given who wants to hear of a terminal's new columns and rows
    void pass(Consumer<BiConsumer<Integer, Integer>> onResize)
            throws IOException, InterruptedException {
        if (spec.terminal()) {
            terminal(onResize);
            return;
        }
        if (spec.input()) {
            Thread.ofVirtual().name("run-input").start(this::input);
        }
        output();
    }

    @Override
    public void close() throws IOException {
        ends.input().close();
    }

    private void output() throws IOException {
        try (NodeStreams.LogReading log =
                streams.logs(
                        pod.namespace(), pod.name(), RunPod.CONTAINER, false, LogQuery.FOLLOW)) {
            log.copy(ends.out(), ends.err());
        }
    }

    private void terminal(Consumer<BiConsumer<Integer, Integer>> onResize)
            throws IOException, InterruptedException {
        URI server;
        try {
            server = attach(new StreamOptions(spec.input(), true, false, true));
        } catch (ApiException ended) {
            output();
            return;
        }
        try (ContainerStream stream = ContainerStream.open(server, ends.out(), ends.err())) {
            onResize.accept((columns, rows) -> resize(stream, columns, rows));
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
            for (int n = ends.input().read(piece); n >= 0; n = ends.input().read(piece)) {
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
