package dev.glovebox.apiserver.fields;

import org.jspecify.annotations.Nullable;

/// Managed fields that cannot be read, or an object whose fields cannot be told apart.
final class MalformedFieldsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedFieldsException(String message) {
        this(message, null);
    }

    MalformedFieldsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// What is wrong.
    String words() {
        return String.valueOf(getMessage());
    }
}
