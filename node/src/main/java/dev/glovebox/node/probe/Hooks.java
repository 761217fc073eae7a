package dev.glovebox.node.probe;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Runs a container's lifecycle hooks.
///
/// @param commands how a command is run in a container
public record Hooks(Commands commands) {
    private static final int LONGEST_OUTPUT = 1 << 10;

    /// Runs a hook to its end, at most `limit`. Blocks. Empty when it went well, else the failure
    /// in Kubernetes' words.
    ///
    /// @param id the runtime's id of the container
    /// @param address the pod's
    public Optional<String> run(
            Pod pod,
            Container container,
            String id,
            String address,
            LifecycleHandler handler,
            Duration limit) {
        Action action = new Actions(container, address).of(handler);
        return switch (action) {
            case Action.Exec(List<String> command) ->
                    exec(id, command, limit)
                            .map(cause ->
                                    "Exec lifecycle hook (["
                                            + String.join(" ", command)
                                            + "])"
                                            + of(pod, container)
                                            + cause);
            case Action.Http http ->
                    get(http, limit)
                            .map(cause ->
                                    "HTTP lifecycle hook ("
                                            + handler.getHttpGet().getPath()
                                            + ")"
                                            + of(pod, container)
                                            + cause);
            case Action.Sleep(Duration time) -> {
                sleep(time.compareTo(limit) < 0 ? time : limit);
                yield Optional.empty();
            }
            case Action.Invalid(String cause) -> Optional.of("Cannot run handler: " + cause);
            case Action.Tcp tcp -> Optional.of("Cannot run handler: " + tcp);
            case Action.Grpc grpc -> Optional.of("Cannot run handler: " + grpc);
        };
    }

    private static String of(Pod pod, Container container) {
        return " for Container \"%s\" in Pod \"%s_%s(%s)\" failed - error: "
                .formatted(
                        container.getName(),
                        pod.getMetadata().getName(),
                        pod.getMetadata().getNamespace(),
                        pod.getMetadata().getUid());
    }

    private Optional<String> exec(String id, List<String> command, Duration limit) {
        String words = String.join(" ", command);
        return switch (commands.run(id, command, limit)) {
            case Commands.End.Exited(int code, String output) when code == 0 -> Optional.empty();
            case Commands.End.Exited(int code, String output) -> {
                String said = output.substring(0, Math.min(LONGEST_OUTPUT, output.length()));
                yield Optional.of(
                        "command '%s' exited with %d: %s, message: \"%s\""
                                .formatted(words, code, said, said));
            }
            case Commands.End.TimedOut() ->
                    Optional.of("command timed out: \"" + words + "\", message: \"\"");
            case Commands.End.NotRun(String cause) -> Optional.of(cause + ", message: \"\"");
        };
    }

    /// Any answer is well, whatever its status: a hook tells, it does not ask.
    private static Optional<String> get(Action.Http http, Duration limit) {
        try {
            HttpGet.get(http.uri(), http.headers(), limit);
            return Optional.empty();
        } catch (HttpGet.TimedOut e) {
            return Optional.of("Get \"" + http.uri() + "\": context deadline exceeded");
        } catch (IOException e) {
            return Optional.of("Get \"" + http.uri() + "\": " + e.getMessage());
        }
    }

    private static void sleep(Duration time) {
        try {
            boolean _ = new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
