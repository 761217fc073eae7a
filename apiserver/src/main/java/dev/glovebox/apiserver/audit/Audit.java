package dev.glovebox.apiserver.audit;

import dev.glovebox.apiserver.Answer;
import dev.glovebox.apiserver.Api;
import dev.glovebox.apiserver.Call;
import dev.glovebox.cluster.Frames;
import dev.glovebox.model.ApiException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Records what is asked of the API and what comes of it, as events of `audit.k8s.io/v1`: one when
/// a request is answered, and for one whose answer goes on, one when it begins and one when it
/// ends.
public final class Audit {
    private static final int INTERNAL_ERROR = 500;
    private static final int OK = 200;

    private final AuditLevel level;
    private final Clock clock;
    private final Consumer<String> log;

    /// @param log gets each event as one line of JSON without its end; any thread calls it
    public Audit(AuditLevel level, Clock clock, Consumer<String> log) {
        this.level = level;
        this.clock = clock;
        this.log = log;
    }

    /// An API whose every request is recorded.
    public Api of(Api api) {
        return call -> around(call, () -> api.handle(call));
    }

    /// Records a request that was refused before anybody could answer it.
    public void refused(Call call, ApiException refusal) {
        if (level != AuditLevel.NONE) {
            Instant now = clock.instant();
            log.accept(AuditEvent.of(call, level, now).refused(refusal, now));
        }
    }

    /// Answers a request and records it.
    ///
    /// @throws ApiException where `answering` does
    public Answer around(Call call, Supplier<Answer> answering) {
        if (level == AuditLevel.NONE) {
            return answering.get();
        }
        AuditEvent event = AuditEvent.of(call, level, clock.instant());
        try {
            return recorded(event, answering.get());
        } catch (ApiException refusal) {
            log.accept(event.refused(refusal, clock.instant()));
            throw refusal;
        } catch (RuntimeException | Error e) {
            log.accept(event.ended(AuditEvent.Stage.PANIC, INTERNAL_ERROR, clock.instant()));
            throw e;
        }
    }

    private Answer recorded(AuditEvent event, Answer answer) {
        Instant now = clock.instant();
        return switch (answer) {
            case Answer.Whole whole -> {
                log.accept(event.ended(AuditEvent.Stage.RESPONSE_COMPLETE, whole.code(), now));
                yield whole;
            }
            case Answer.Listing(String type, Answer.Body body, List<String> warnings) ->
                    new Answer.Listing(type, out -> write(event, body, out), warnings);
            case Answer.Stream(String type, Frames frames) -> {
                log.accept(event.ended(AuditEvent.Stage.RESPONSE_STARTED, OK, now));
                yield new Answer.Stream(type, new RecordedFrames(frames, event));
            }
            case Answer.ToNode toNode -> {
                log.accept(event.at(AuditEvent.Stage.RESPONSE_STARTED, now));
                yield toNode;
            }
            case Answer.Proxied proxied -> {
                log.accept(event.at(AuditEvent.Stage.RESPONSE_STARTED, now));
                yield proxied;
            }
        };
    }

    /// A list is answered when it has been written, or when there is nobody left to write it for.
    private void write(AuditEvent event, Answer.Body body, OutputStream out) throws IOException {
        try {
            body.writeTo(out);
        } catch (ApiException refusal) {
            log.accept(event.refused(refusal, clock.instant()));
            throw refusal;
        } catch (RuntimeException | Error e) {
            log.accept(event.ended(AuditEvent.Stage.PANIC, INTERNAL_ERROR, clock.instant()));
            throw e;
        } catch (IOException gone) {
            log.accept(event.ended(AuditEvent.Stage.RESPONSE_COMPLETE, OK, clock.instant()));
            throw gone;
        }
        log.accept(event.ended(AuditEvent.Stage.RESPONSE_COMPLETE, OK, clock.instant()));
    }

    /// Records the end of a stream once.
    private final class RecordedFrames implements Frames {
        private final Frames frames;
        private final AuditEvent event;
        private final AtomicBoolean closed = new AtomicBoolean();

        RecordedFrames(Frames frames, AuditEvent event) {
            this.frames = frames;
            this.event = event;
        }

        @Override
        public byte[] next(Duration patience) throws InterruptedException {
            return frames.next(patience);
        }

        @Override
        public boolean ended() {
            return frames.ended();
        }

        @Override
        public void close() {
            frames.close();
            if (closed.compareAndSet(false, true)) {
                log.accept(event.ended(AuditEvent.Stage.RESPONSE_COMPLETE, OK, clock.instant()));
            }
        }
    }
}
