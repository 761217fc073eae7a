package dev.glovebox.apiserver.pki;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Keys and certificates cannot be read, made or kept. The message names the file and the cure.
public final class PkiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PkiException(Path file, String trouble, String cure, @Nullable Throwable cause) {
        super(file + " " + trouble + "; " + cure, cause);
    }
}
