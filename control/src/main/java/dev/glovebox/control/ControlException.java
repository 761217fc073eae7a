package dev.glovebox.control;

/// The other side said something that this one does not understand, or is not there.
public final class ControlException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Says what was wrong.
    public ControlException(String message) {
        super(message);
    }

    /// Says what was wrong, and what caused it.
    public ControlException(String message, Throwable cause) {
        super(message, cause);
    }
}
