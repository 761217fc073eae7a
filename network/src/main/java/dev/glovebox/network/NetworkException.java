package dev.glovebox.network;

/// The machine's network could not be brought into the state that was asked for.
public class NetworkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// What was tried, and what came of it.
    public NetworkException(String message) {
        super(message);
    }

    /// What was tried, and why it failed.
    public NetworkException(String message, Throwable cause) {
        super(message, cause);
    }
}
