package dev.glovebox.runtimes.foreign;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/// A containerd was not configured, or not set back: what stood against it and what would help, as
/// a sentence without a full stop that names the file, the program or the socket.
public final class ConfigurationRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String why;

    /// For the reason that is given.
    public ConfigurationRefused(String why) {
        super(why);
        this.why = why;
    }

    /// For the reason that is given, which came from `cause`.
    public ConfigurationRefused(String why, Throwable cause) {
        super(why, cause);
        this.why = why;
    }

    /// The message, which is never null.
    public String why() {
        return why;
    }

    /// What a failed read or write says to a person: `doing: reason`.
    static ConfigurationRefused io(String doing, IOException cause) {
        return new ConfigurationRefused(doing + ": " + reason(cause), cause);
    }

    private static String reason(IOException cause) {
        return switch (cause) {
            case NoSuchFileException gone -> "there is no " + gone.getFile();
            case AccessDeniedException denied -> "permission denied for " + denied.getFile();
            case FileSystemException failed ->
                    Objects.requireNonNullElse(failed.getReason(), failed.toString());
            default -> Objects.requireNonNullElse(cause.getMessage(), cause.toString());
        };
    }
}
