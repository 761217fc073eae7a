package dev.glovebox.containerd.image;

import java.util.Objects;

/// An image could not be had, kept or removed. The message is one sentence for a person that names
/// the image or the archive, and what is wrong with it.
public final class ImageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// What kind of failure it was.
    public enum Reason {
        /// There is no such image, here or at its registry.
        NOT_FOUND,
        /// A name that is no image's name.
        INVALID_NAME,
        /// An archive that is damaged, of an unknown format, too large or for another machine.
        INVALID_ARCHIVE,
        /// The registry did not deliver in the time given.
        TIMED_OUT,
        /// Glovebox needs the image itself, or a container uses it.
        IN_USE,
        /// Anything else, which the message says.
        FAILED
    }

    private final Reason reason;

    ImageException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    ImageException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /// What kind of failure it was.
    public Reason reason() {
        return reason;
    }
}
