package dev.glovebox.containerd;

import dev.glovebox.containerd.CriException.Code;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The beginning of a [ContainerStream]: what goes wrong there becomes ours here.
final class StreamHandshake {
    private static final String PROTOCOL = "v4.channel.k8s.io";

    private final URI server;

    StreamHandshake(URI server) {
        this.server = server;
    }

    WebSocket connect(HttpClient client, WebSocket.Listener listener, Duration patience) {
        URI address = URI.create(server.toString().replaceFirst("^http", "ws"));
        var connecting =
                client.newWebSocketBuilder().subprotocols(PROTOCOL).buildAsync(address, listener);
        try {
            return checked(connecting.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            throw translate(Objects.requireNonNullElse(e.getCause(), e));
        } catch (TimeoutException e) {
            throw failure(
                    Code.DEADLINE_EXCEEDED, "no answer within " + patience.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(Code.CANCELLED, "interrupted", e);
        }
    }

    private WebSocket checked(WebSocket socket) {
        if (!socket.getSubprotocol().equals(PROTOCOL)) {
            socket.abort();
            String why = "the server does not speak " + PROTOCOL;
            throw failure(Code.UNIMPLEMENTED, why, new ProtocolException(why));
        }
        return socket;
    }

    private CriException translate(Throwable cause) {
        if (cause instanceof WebSocketHandshakeException refused) {
            int status = refused.getResponse().statusCode();
            return failure(
                    status == 404 ? Code.NOT_FOUND : Code.OTHER,
                    "the server answered with status " + status,
                    refused);
        }
        return failure(Code.UNAVAILABLE, cause.toString(), cause);
    }

    /// The last part of the path is the right to connect, and none of a message's business.
    private CriException failure(Code code, String description, Throwable cause) {
        return new CriException("Stream " + server.resolve("."), code, description, cause);
    }
}
