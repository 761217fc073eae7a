package dev.glovebox.node;

import dev.glovebox.containerd.TaskEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Merges containerd's task events and a slow relist into one stream of facts, read by one thread
/// in their order. Events make it quick, the relist makes it right: after a crash of either side
/// the first relist is the adoption.
final class RuntimeObserver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RuntimeObserver.class);

    /// What the observer saw.
    sealed interface Fact {
        /// A container's or sandbox's first process ended.
        record Ended(TaskEvent.Exited exit) implements Fact {}

        /// Everything that is in the runtime.
        record Relisted(List<ContainerRuntime.RuntimePod> pods) implements Fact {}
    }

    private final ContainerRuntime runtime;
    private final Duration relist;
    private final Consumer<Fact> facts;
    private final LinkedBlockingQueue<TaskEvent> events = new LinkedBlockingQueue<>();
    private final Thread thread;

    RuntimeObserver(ContainerRuntime runtime, Duration relist, Consumer<Fact> facts) {
        this.runtime = runtime;
        this.relist = relist;
        this.facts = facts;
        this.thread = Thread.ofVirtual().name("runtime-observer").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Takes an event; never blocks.
    void accept(TaskEvent event) {
        events.add(event);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            long next = System.nanoTime();
            while (true) {
                TaskEvent event = events.poll(next - System.nanoTime(), TimeUnit.NANOSECONDS);
                switch (event) {
                    case TaskEvent.Exited exit when exit.ofContainer() ->
                            tell(() -> new Fact.Ended(exit));
                    case TaskEvent.Subscribed subscribed -> next = System.nanoTime();
                    case null -> {
                        tell(() -> new Fact.Relisted(runtime.pods()));
                        next = System.nanoTime() + relist.toNanos();
                    }
                    default -> {}
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(Supplier<Fact> fact) {
        try {
            facts.accept(fact.get());
        } catch (RuntimeRefusal e) {
            LOG.atWarn().addKeyValue("cause", e.getMessage()).log("the runtime was not listed");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a fact of the runtime was not told");
        }
    }

    /// Fingerprints of pods at the last relist; says which changed.
    static final class Changes {
        private final Map<String, String> last = new HashMap<>();

        boolean changed(ContainerRuntime.RuntimePod pod) {
            return !pod.fingerprint().equals(last.put(pod.uid(), pod.fingerprint()));
        }
    }
}
