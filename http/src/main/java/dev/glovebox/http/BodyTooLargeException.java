package dev.glovebox.http;

/// The request's body is larger than the server's limit; it was not kept.
public final class BodyTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BodyTooLargeException() {
        super("the request's body is too large");
    }
}
