package dev.glovebox.node.volume;

/// A volume cannot be had. The message names it and the cause, for a user.
public class VolumeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// What is asked for and cannot be had.
    public VolumeException(String message) {
        super(message);
    }

    /// What failed, and why.
    public VolumeException(String message, Throwable cause) {
        super(message, cause);
    }
}
