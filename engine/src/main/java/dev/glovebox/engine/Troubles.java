package dev.glovebox.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// Failures in one line for a person.
final class Troubles {
    private Troubles() {}

    /// What a failure says, without line ends.
    static String sentence(Throwable failure) {
        String text =
                switch (failure) {
                    case UncheckedIOException wrapped
                            when wrapped.getCause() instanceof FileSystemException e ->
                            ofFile(e);
                    case AccessDeniedException e -> e.getFile() + " may not be used";
                    case NoSuchFileException e -> e.getFile() + " does not exist";
                    case FileSystemException e -> ofFile(e);
                    case IOException e when e.getMessage() != null -> e.getMessage();
                    default ->
                            failure.getMessage() == null
                                    ? failure.toString()
                                    : failure.getMessage();
                };
        return text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    private static String ofFile(FileSystemException e) {
        return e.getFile()
                + ": "
                + (e.getReason() == null ? e.getClass().getSimpleName() : e.getReason());
    }
}
