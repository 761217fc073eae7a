package dev.glovebox.node.pull;

/// What has to be written of a pull cannot be.
public final class PullRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PullRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
