package dev.glovebox.node.spec;

/// A container that cannot be made from its spec: the cause is in the spec, or the spec asks for
/// something that is not served. Shown as `CreateContainerConfigError`.
public final class SpecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// What is asked for and cannot be had.
    public SpecException(String message) {
        super(message);
    }
}
