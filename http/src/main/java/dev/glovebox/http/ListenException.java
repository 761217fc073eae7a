package dev.glovebox.http;

import java.net.SocketAddress;

/// The server could not listen. The message names the address and the cure.
public final class ListenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ListenException(SocketAddress address, String cure, Throwable cause) {
        super("cannot listen on " + text(address) + ": " + cure, cause);
    }

    private static String text(SocketAddress address) {
        String text = address.toString();
        return text.startsWith("/") && address instanceof java.net.InetSocketAddress
                ? text.substring(1)
                : text;
    }
}
