package dev.glovebox.containerd;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.glovebox.cri.events.EventsGrpc;
import dev.glovebox.cri.events.SubscribeRequest;
import dev.glovebox.cri.tasks.TaskExit;
import dev.glovebox.cri.tasks.TaskOOM;
import dev.glovebox.cri.tasks.TaskStart;
import dev.glovebox.cri.types.Envelope;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One subscription to containerd's task events, renewed whenever it breaks. Events reach the
/// consumer in order, on one virtual thread.
public final class TaskEvents implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TaskEvents.class);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final EventsGrpc.EventsBlockingStub events;
    private final Consumer<TaskEvent> consumer;
    private final Context.CancellableContext context = Context.ROOT.withCancellation();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    TaskEvents(Channel channel, Consumer<TaskEvent> consumer) {
        this.events = EventsGrpc.newBlockingStub(channel).withWaitForReady();
        this.consumer = consumer;
        this.thread = Thread.ofVirtual().name("task-events").unstarted(context.wrap(this::run));
    }

    TaskEvents start() {
        thread.start();
        return this;
    }

    @Override
    public void close() {
        closed.countDown();
        context.cancel(null);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        SubscribeRequest request =
                SubscribeRequest.newBuilder()
                        .addFilters("namespace==k8s.io,topic==\"/tasks/start\"")
                        .addFilters("namespace==k8s.io,topic==\"/tasks/exit\"")
                        .addFilters("namespace==k8s.io,topic==\"/tasks/oom\"")
                        .build();
        try {
            do {
                readUntilBroken(request);
            } while (!closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void readUntilBroken(SubscribeRequest request) {
        try {
            Iterator<Envelope> stream = events.subscribe(request);
            consumer.accept(new TaskEvent.Subscribed());
            while (stream.hasNext()) {
                translate(stream.next()).ifPresent(consumer);
            }
        } catch (StatusRuntimeException e) {
            if (closed.getCount() > 0) {
                log.atInfo()
                        .addKeyValue("cause", GrpcErrors.translate("Subscribe", e).getMessage())
                        .log("task events broke off; subscribing again");
            }
        }
    }

    /// An event of ours; empty for a topic that was not asked for.
    ///
    /// @throws CriException when containerd sends what its own contract does not allow
    static Optional<TaskEvent> translate(Envelope envelope) {
        Instant at = instant(envelope.getTimestamp());
        Any event = envelope.getEvent();
        try {
            return switch (envelope.getTopic()) {
                case "/tasks/start" -> {
                    TaskStart start = TaskStart.parseFrom(event.getValue());
                    yield Optional.of(
                            new TaskEvent.Started(
                                    start.getContainerId(),
                                    Integer.toUnsignedLong(start.getPid()),
                                    at));
                }
                case "/tasks/exit" -> {
                    TaskExit exit = TaskExit.parseFrom(event.getValue());
                    yield Optional.of(
                            new TaskEvent.Exited(
                                    exit.getContainerId(),
                                    exit.getId(),
                                    Integer.toUnsignedLong(exit.getPid()),
                                    exit.getExitStatus(),
                                    instant(exit.getExitedAt())));
                }
                case "/tasks/oom" ->
                        Optional.of(
                                new TaskEvent.OutOfMemory(
                                        TaskOOM.parseFrom(event.getValue()).getContainerId(), at));
                default -> Optional.empty();
            };
        } catch (InvalidProtocolBufferException e) {
            throw new CriException(
                    "Subscribe",
                    CriException.Code.OTHER,
                    "unreadable event of topic " + envelope.getTopic(),
                    e);
        }
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
