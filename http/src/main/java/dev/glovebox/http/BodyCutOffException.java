package dev.glovebox.http;

/// The client went away, or ran out of time, before its request had arrived whole. Nobody is left
/// to be answered.
public final class BodyCutOffException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BodyCutOffException() {
        super("the request's body was cut off");
    }
}
