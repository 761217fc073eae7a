package dev.glovebox.network;

/// A pod that needs rules, in a network where they would not bind it: nothing of it may run, and
/// trying again helps only where something else has changed.
public final class UnbindableException extends NetworkException {
    private static final long serialVersionUID = 1L;

    /// Why rules would not hold.
    public UnbindableException(String message) {
        super(message);
    }
}
