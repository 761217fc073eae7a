package dev.glovebox.node;

import dev.glovebox.node.pod.ContainerView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps containers' logs bounded: a file that has grown too large is renamed, the runtime opens a
/// new one, and the oldest are removed. Source: the kubelet's `containerLogMaxSize` and
/// `containerLogMaxFiles`.
final class LogRotation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogRotation.class);
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final NodeSettings settings;
    private final ContainerRuntime runtime;
    private final Clock clock;
    private final Rounds rounds;

    LogRotation(NodeSettings settings, ContainerRuntime runtime, Clock clock) {
        this.settings = settings;
        this.runtime = runtime;
        this.clock = clock;
        this.rounds = Rounds.every("log-rotation", EVERY, EVERY, this::rotate);
    }

    void start() {
        rounds.start();
    }

    /// Begins no further round.
    @Override
    public void close() {
        rounds.close();
    }

    /// Looks once at the logs of every running container.
    void rotate() {
        try {
            runtime.pods().forEach(this::attempt);
        } catch (RuntimeRefusal e) {
            LOG.atWarn().addKeyValue("cause", e.getMessage()).log("logs were not rotated");
        }
    }

    private void attempt(ContainerRuntime.RuntimePod pod) {
        try {
            rotate(pod);
        } catch (RuntimeRefusal e) {
            LOG.atWarn()
                    .addKeyValue("uid", pod.uid())
                    .addKeyValue("cause", e.getMessage())
                    .log("logs of a pod were not rotated");
        }
    }

    private void rotate(ContainerRuntime.RuntimePod pod) {
        Path logs = settings.logDirectory(pod.namespace(), pod.name(), pod.uid());
        if (!anyIsFull(logs)) {
            return;
        }
        for (ContainerView container : runtime.look(pod.uid()).running()) {
            Path log = logs.resolve(container.name()).resolve(container.attempt() + ".log");
            try {
                rotate(container.id(), log);
            } catch (NoSuchFileException e) {
                LOG.atDebug().addKeyValue("log", log).log("a log that is gone is not rotated");
            } catch (IOException e) {
                LOG.atWarn().addKeyValue("log", log).setCause(e).log("a log was not rotated");
            }
        }
    }

    /// Whether the runtime is to be asked at all: most logs are small most of the time.
    private boolean anyIsFull(Path logs) {
        try (Stream<Path> files = Files.walk(logs, 2)) {
            return files.anyMatch(this::isFull);
        } catch (IOException | UncheckedIOException e) {
            LOG.atDebug().addKeyValue("logs", logs).setCause(e).log("logs that go are not rotated");
            return false;
        }
    }

    private boolean isFull(Path file) {
        try {
            return file.getFileName().toString().endsWith(".log")
                    && Files.size(file) >= settings.logs().bytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Rotates one log if it is too large.
    void rotate(String container, Path log) throws IOException {
        if (Files.size(log) < settings.logs().bytes()) {
            return;
        }
        Path directory = Objects.requireNonNull(log.getParent());
        String prefix = log.getFileName() + ".";
        List<Path> old;
        try (Stream<Path> files = Files.list(directory)) {
            old =
                    files.filter(f -> f.getFileName().toString().startsWith(prefix))
                            .sorted(Comparator.comparing(Path::getFileName))
                            .toList();
        }
        for (int i = 0; i < old.size() - Math.max(0, settings.logs().files() - 2); i++) {
            Files.delete(old.get(i));
        }
        Path rotated = directory.resolve(prefix + "%020d".formatted(clock.millis()));
        if (settings.logs().files() < 2) {
            Files.delete(log);
        } else {
            Files.move(log, rotated, StandardCopyOption.ATOMIC_MOVE);
        }
        try {
            runtime.reopenLog(container);
        } catch (RuntimeRefusal e) {
            LOG.atWarn()
                    .addKeyValue("container", container)
                    .addKeyValue("cause", e.getMessage())
                    .log("a log was not opened anew");
            if (Files.exists(rotated) && !Files.exists(log)) {
                Files.move(rotated, log);
            }
        }
    }
}
