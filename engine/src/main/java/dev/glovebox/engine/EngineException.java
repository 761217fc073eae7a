package dev.glovebox.engine;

import org.jspecify.annotations.Nullable;

/// The engine cannot do what it was asked to do. The message is one sentence for a person, with
/// what would help.
final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    EngineException(String message) {
        this(message, null);
    }

    EngineException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
