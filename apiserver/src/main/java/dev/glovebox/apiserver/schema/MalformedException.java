package dev.glovebox.apiserver.schema;

/// A value that a schema has no place for. The message names the field and both types.
public final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// A value that has no place; `message` is what the client is told.
    public MalformedException(String message) {
        super(message);
    }
}
