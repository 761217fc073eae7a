package dev.glovebox.node.forward;

import dev.glovebox.http.Headers;
import dev.glovebox.http.HttpExchange;
import dev.glovebox.http.RawConnection;
import dev.glovebox.http.WebSocketHandshake;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.io.IOException;
import java.util.Locale;

/// The two ways in which clients ask for port-forward's SPDY: as it is, or in a WebSocket.
public final class ForwardUpgrade {
    /// What port-forward's streams are called.
    public static final String PROTOCOL = "portforward.k8s.io";

    /// SPDY by its name in `Upgrade`.
    public static final String SPDY = "SPDY/3.1";

    private static final String VERSION = "X-Stream-Protocol-Version";
    private static final String TUNNELLED = SPDY + "+" + PROTOCOL;

    private ForwardUpgrade() {}

    /// Whether the client speaks its SPDY in a WebSocket.
    public static boolean isTunnelled(HttpExchange exchange) {
        return exchange.wantsUpgrade()
                && exchange.headers().joined("Upgrade").equalsIgnoreCase("websocket")
                && offers(exchange.headers().joined("Sec-WebSocket-Protocol"), TUNNELLED);
    }

    /// Begins: what the connection carries from now on is SPDY.
    ///
    /// @throws ApiException when the client asks for something else
    static RawConnection begin(HttpExchange exchange) throws IOException {
        if (isTunnelled(exchange)) {
            return tunnel(exchange);
        }
        Headers headers = exchange.headers();
        if (!exchange.wantsUpgrade()
                || !headers.joined("Upgrade").toLowerCase(Locale.ROOT).startsWith("spdy/3.1")) {
            throw new ApiException(
                    StatusReason.BAD_REQUEST,
                    "unable to upgrade: missing upgrade headers in request");
        }
        String asked = headers.joined(VERSION);
        if (!asked.isEmpty() && !offers(asked, PROTOCOL)) {
            throw new ApiException(
                    StatusReason.FORBIDDEN,
                    "unable to upgrade: unable to negotiate protocol: client supports [%s], server accepts [%s]"
                            .formatted(asked, PROTOCOL));
        }
        return exchange.upgrade(
                Headers.of("Connection", "Upgrade").with("Upgrade", SPDY).with(VERSION, PROTOCOL));
    }

    /// Begins with a WebSocket, and gives what is in it.
    public static RawConnection tunnel(HttpExchange exchange) throws IOException {
        if (!WebSocketHandshake.isAskedFor(exchange)) {
            throw new ApiException(
                    StatusReason.BAD_REQUEST, "unable to upgrade: there is no Sec-WebSocket-Key");
        }
        return new WebSocketTunnel(WebSocketHandshake.accept(exchange, TUNNELLED));
    }

    /// The headers by which such a client's SPDY is asked for elsewhere.
    public static Headers asSpdy() {
        return Headers.of("Connection", "Upgrade").with("Upgrade", SPDY).with(VERSION, PROTOCOL);
    }

    private static boolean offers(String list, String protocol) {
        for (String each : list.split(",", -1)) {
            if (each.strip().equals(protocol)) {
                return true;
            }
        }
        return false;
    }
}
