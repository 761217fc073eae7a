package dev.glovebox.node;

/// The container runtime refused a request or could not be reached. The message is the runtime's.
public final class RuntimeRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// A refusal in the runtime's words.
    public RuntimeRefusal(String message) {
        super(message);
    }

    /// A refusal in the runtime's words.
    public RuntimeRefusal(String message, Throwable cause) {
        super(message, cause);
    }
}
