package dev.glovebox.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/// Failures in one line for a person.
final class Troubles {
    private Troubles() {}

    /// What a failure says, without line ends; with what the system said, where that caused it.
    static String sentence(Throwable failure) {
        String text = own(failure);
        if (failure.getCause() instanceof IOException cause) {
            String reason = own(cause);
            text = text.contains(reason) ? text : text + ": " + reason;
        }
        return line(text);
    }

    /// A text without its line ends, and without what would move a terminal's cursor: it may be of
    /// the author of an image.
    static String line(String text) {
        return Printable.of(text.strip().replaceAll("\\s*\\R\\s*", "; "));
    }

    private static String own(Throwable failure) {
        return switch (failure) {
            case UncheckedIOException wrapped -> own(Objects.requireNonNull(wrapped.getCause()));
            case AccessDeniedException e -> e.getFile() + " may not be used";
            case NoSuchFileException e -> e.getFile() + " does not exist";
            case FileSystemException e ->
                    e.getFile()
                            + ": "
                            + (e.getReason() == null
                                    ? e.getClass().getSimpleName()
                                    : e.getReason());
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }
}
