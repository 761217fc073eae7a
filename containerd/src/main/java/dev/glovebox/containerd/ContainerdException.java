package dev.glovebox.containerd;

/// The containerd process could not be started, stopped or cleaned up. The message names what,
/// where and how to mend it, and carries the last lines of its log where that helps.
public final class ContainerdException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// A failure without a cause in Java.
    public ContainerdException(String message) {
        super(message);
    }

    /// A failure with its cause.
    public ContainerdException(String message, Throwable cause) {
        super(message, cause);
    }
}
