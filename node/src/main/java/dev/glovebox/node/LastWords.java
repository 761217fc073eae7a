package dev.glovebox.node;

import dev.glovebox.node.log.ContainerLogs;
import dev.glovebox.node.log.LogQuery;
import dev.glovebox.node.pod.ContainerState;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.volume.PodVolumes;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/// What a container said when it ended: its termination message, or, where its policy says so and
/// it failed in silence, the end of its log. Source: kubelet, `getTerminationMessage`.
record LastWords(PodVolumes volumes, PodPlaces places) {
    private static final long LOG_LINES = 80;
    private static final int LOG_BYTES = 2 << 10;

    /// The container's end with its words added to the runtime's.
    ContainerState.Exited of(
            Pod pod, Container spec, ContainerView container, ContainerState.Exited exited) {
        String words =
                volumes.terminationMessage(
                        PodPlaces.uid(pod), container.name(), container.attempt());
        if (words.isEmpty() && mayBeTheLog(spec, exited)) {
            words = log(places.log(pod, container.name(), container.attempt()));
        }
        if (words.isEmpty()) {
            return exited;
        }
        return new ContainerState.Exited(
                exited.startedAt(),
                exited.finishedAt(),
                exited.exitCode(),
                exited.reason(),
                exited.message().isEmpty() ? words : exited.message() + ": " + words);
    }

    /// Whether they are the end of the log where the container left no message.
    static boolean mayBeTheLog(Container spec, ContainerState.Exited exited) {
        return exited.exitCode() != 0
                && "FallbackToLogsOnError".equals(spec.getTerminationMessagePolicy());
    }

    private static String log(Path file) {
        LogQuery last =
                new LogQuery(
                        false,
                        false,
                        OptionalLong.of(LOG_LINES),
                        Optional.empty(),
                        OptionalLong.empty());
        Tail tail = new Tail();
        try (ContainerLogs logs = new ContainerLogs(file, last)) {
            logs.copy(() -> true, tail, tail);
        } catch (IOException e) {
            return "Error reading termination message from logs: " + e.getMessage();
        }
        return tail.text();
    }

    /// Keeps the last bytes of what is written.
    private static final class Tail extends ByteArrayOutputStream {
        @Override
        public synchronized void write(byte[] bytes, int from, int length) {
            super.write(bytes, from, length);
            if (count > LOG_BYTES) {
                System.arraycopy(buf, count - LOG_BYTES, buf, 0, LOG_BYTES);
                count = LOG_BYTES;
            }
        }

        synchronized String text() {
            return new String(buf, 0, count, StandardCharsets.UTF_8);
        }
    }
}
