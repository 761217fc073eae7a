package dev.glovebox.node.probe;

import dev.glovebox.containerd.GrpcHealth;
import dev.glovebox.model.Authority;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/// Asks a container once, in the kubelet's words. Blocks, never much longer than the time-out.
///
/// @param commands how a command is run in a container
public record Prober(Commands commands) {
    private static final int MOST_REDIRECTS = 10;
    private static final int LONGEST_OUTPUT = 10 << 10;

    /// Asks.
    ///
    /// @param container the runtime's id
    Answer ask(String container, Action action, Duration timeout) {
        return switch (action) {
            case Action.Exec(List<String> command) -> exec(container, command, timeout);
            case Action.Http http -> http(http, timeout);
            case Action.Tcp(String host, int port) -> tcp(host, port, timeout);
            case Action.Grpc(String host, int port, String service) ->
                    switch (GrpcHealth.check(host, port, service, timeout)) {
                        case GrpcHealth.Answer.Serving() -> new Answer.Passed();
                        case GrpcHealth.Answer.NotServing(String message) ->
                                new Answer.Failed(message);
                    };
            case Action.Sleep sleep -> new Answer.Unknown("a probe cannot sleep");
            case Action.Invalid(String cause) -> new Answer.Unknown(cause);
        };
    }

    private Answer exec(String container, List<String> command, Duration timeout) {
        return switch (commands.run(container, command, timeout)) {
            case Commands.End.Exited(int code, String output) ->
                    code == 0
                            ? new Answer.Passed()
                            : new Answer.Failed(
                                    output.substring(0, Math.min(LONGEST_OUTPUT, output.length())));
            case Commands.End.TimedOut() ->
                    new Answer.Failed(
                            "command timed out: \"%s\" timed out after %ds"
                                    .formatted(String.join(" ", command), timeout.toSeconds()));
            case Commands.End.NotRun(String cause) -> new Answer.Unknown(cause);
        };
    }

    private static Answer tcp(String host, int port, Duration timeout) {
        try (Socket socket = new Socket(Proxy.NO_PROXY)) {
            socket.connect(new InetSocketAddress(host, port), Math.toIntExact(timeout.toMillis()));
            return new Answer.Passed();
        } catch (IOException e) {
            return new Answer.Failed(
                    "dial tcp %s: %s".formatted(Authority.of(host, port), cause(e)));
        }
    }

    private static Answer http(Action.Http action, Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        URI uri = action.uri();
        try {
            for (int i = 0; i <= MOST_REDIRECTS; i++) {
                Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
                HttpGet.Response response = HttpGet.get(uri, action.headers(), left);
                boolean redirect = response.status() >= 300 && response.status() < 400;
                if (!redirect) {
                    return response.status() >= 200 && response.status() < 400
                            ? new Answer.Passed()
                            : new Answer.Failed(
                                    "HTTP probe failed with statuscode: " + response.status());
                }
                if (response.location().isEmpty()) {
                    return terminated(response);
                }
                URI next = uri.resolve(response.location().get());
                if (!sameHost(action.uri(), next)) {
                    return terminated(response);
                }
                uri = next;
            }
            return failed(action.uri(), "stopped after 10 redirects");
        } catch (HttpGet.TimedOut e) {
            return failed(
                    uri,
                    "context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        } catch (ConnectException | NoRouteToHostException e) {
            return failed(uri, "dial tcp " + uri.getAuthority() + ": " + cause(e));
        } catch (IOException | IllegalArgumentException e) {
            return failed(uri, String.valueOf(e.getMessage()));
        }
    }

    private static boolean sameHost(URI first, URI next) {
        return first.getHost().equals(next.getHost())
                && ("http".equals(next.getScheme()) || "https".equals(next.getScheme()));
    }

    private static Answer terminated(HttpGet.Response response) {
        return new Answer.Warned("Probe terminated redirects, Response body: " + response.body());
    }

    private static Answer failed(URI uri, String cause) {
        return new Answer.Failed("Get \"" + uri + "\": " + cause);
    }

    private static String cause(IOException e) {
        return switch (e) {
            case SocketTimeoutException timeout -> "i/o timeout";
            case NoRouteToHostException route -> "connect: no route to host";
            case ConnectException refused -> "connect: connection refused";
            default -> String.valueOf(e.getMessage());
        };
    }
}
