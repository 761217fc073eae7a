package dev.glovebox.apiserver.patch;

/// A patch that is well formed and cannot be applied to the object at hand.
public final class PatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// A patch that cannot be applied; the message says why.
    public PatchException(String message) {
        super(message);
    }
}
