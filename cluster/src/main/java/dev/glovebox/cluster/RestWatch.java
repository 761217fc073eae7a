package dev.glovebox.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/// A watch: the lines that the API sends, read into models.
final class RestWatch<T extends HasMetadata> implements Watch<T> {
    private final Frames frames;
    private final Resource<T> resource;
    private final Deque<Change<T>> waiting = new ArrayDeque<>();
    private volatile boolean closed;

    RestWatch(Frames frames, Resource<T> resource) {
        this.frames = frames;
        this.resource = resource;
    }

    @Override
    public Optional<Change<T>> next(Duration patience) throws InterruptedException {
        if (waiting.isEmpty()) {
            String text = new String(frames.next(patience), StandardCharsets.UTF_8);
            text.lines().forEach(line -> waiting.add(change(line)));
        }
        if (waiting.isEmpty() && frames.ended() && !closed) {
            throw new ApiException(
                    StatusReason.TIMEOUT, "the watch of " + resource.plural() + " has ended");
        }
        return Optional.ofNullable(waiting.poll());
    }

    @Override
    public void close() {
        closed = true;
        frames.close();
    }

    private Change<T> change(String line) {
        JsonNode event = RestCluster.tree(line.getBytes(StandardCharsets.UTF_8));
        JsonNode object = event.path("object");
        return switch (event.path("type").asText()) {
            case "ADDED" -> new Change.Added<>(RestCluster.typed(object, resource));
            case "MODIFIED" -> new Change.Modified<>(RestCluster.typed(object, resource));
            case "DELETED" -> new Change.Deleted<>(RestCluster.typed(object, resource));
            case "BOOKMARK" ->
                    new Change.Bookmark<>(object.path("metadata").path("resourceVersion").asText());
            default -> throw refusal(object);
        };
    }

    private static ApiException refusal(JsonNode status) {
        String word = status.path("reason").asText();
        StatusReason reason =
                Arrays.stream(StatusReason.values())
                        .filter(each -> each.word().equals(word))
                        .findFirst()
                        .orElse(StatusReason.UNKNOWN);
        return new ApiException(reason, status.path("message").asText());
    }
}
