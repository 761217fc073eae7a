package dev.glovebox.engine;

import dev.glovebox.model.ApiException;
import dev.glovebox.model.Names;
import dev.glovebox.runtimes.SandboxFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has every RuntimeClass have the overhead of its runtime: at once where that was measured at an
/// earlier start, else measured in the background, one after another, on a virtual thread of its
/// own. That begins when the engine has been there for a while, so that nobody waits for it;
/// closing it ends a measurement half-way and removes its sandbox.
final class FirstMeasurements implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FirstMeasurements.class);
    private static final Duration ENDS = Duration.ofSeconds(40);

    private final Measurement measurement;
    private final ClassOverheads classes;
    private final Map<String, Parts> handlers;
    private final CountDownLatch closed = new CountDownLatch(1);

    private final Thread thread;

    private FirstMeasurements(
            Measurement measurement,
            ClassOverheads classes,
            Map<String, Parts> handlers,
            MeasureAfter after) {
        this.measurement = measurement;
        this.classes = classes;
        this.handlers = Map.copyOf(handlers);
        this.thread =
                Thread.ofVirtual()
                        .name("runtime-measurement")
                        .unstarted(() -> after.time().ifPresent(this::run));
    }

    /// Writes what is known, and begins.
    ///
    /// @param handlers that were seen to work, each with a node that has it
    /// @param after how long it waits before it measures the others
    static FirstMeasurements start(
            Measurement measurement,
            ClassOverheads classes,
            Map<String, Parts> handlers,
            MeasureAfter after) {
        FirstMeasurements measurements =
                new FirstMeasurements(measurement, classes, handlers, after);
        handlers.forEach((handler, node) ->
                measurement
                        .known(node, handler)
                        .ifPresent(each -> measurements.write(handler, each)));
        measurements.thread.start();
        return measurements;
    }

    private void run(Duration quiet) {
        try {
            if (closed.await(quiet.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
            for (Map.Entry<String, Parts> each : inOrder()) {
                measure(each.getKey(), each.getValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Those first whose pods get an overhead.
    private List<Map.Entry<String, Parts>> inOrder() {
        return handlers.entrySet().stream()
                .sorted(
                        Comparator.comparing(
                                each -> Measurement.sharesKernel(each.getValue(), each.getKey())))
                .toList();
    }

    /// One that cannot be measured keeps no other from it; the next start tries again. Somebody may
    /// have asked for it meanwhile, or it has another name too.
    private void measure(String handler, Parts node) throws InterruptedException {
        try {
            var known = measurement.known(node, handler);
            write(
                    handler,
                    known.isPresent() ? known.get() : measurement.now(node, handler, _ -> {}));
        } catch (SandboxFailure | IOException | RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("handler", handler)
                    .setCause(e)
                    .log("what a runtime takes could not be measured; the next start tries again");
        }
    }

    private void write(String handler, ClassOverhead overhead) {
        String name = Names.runtime(handler);
        try {
            LOG.atInfo()
                    .addKeyValue("class", name)
                    .addKeyValue("overhead", overhead.annotation())
                    .addKeyValue("outcome", classes.write(name, overhead).words())
                    .log("a runtime's overhead is known");
        } catch (ApiException e) {
            LOG.atWarn()
                    .addKeyValue("class", name)
                    .setCause(e)
                    .log("a runtime's overhead could not be written");
        }
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            thread.join(ENDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
