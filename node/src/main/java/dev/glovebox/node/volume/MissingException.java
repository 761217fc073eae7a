package dev.glovebox.node.volume;

/// A volume's source is not there, which may be a matter of a moment.
final class MissingException extends VolumeException {
    private static final long serialVersionUID = 1L;

    MissingException(String message) {
        super(message);
    }

    MissingException(String message, Throwable cause) {
        super(message, cause);
    }
}
