package dev.glovebox.containerd.packages;

/// A package or a program could not be had. The message is one sentence for a person: what was
/// wanted, and what stood in the way.
public final class PackageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// A failure that a program's answer or the machine's state explains.
    public PackageException(String message) {
        super(message);
    }

    /// A failure with an exception underneath.
    public PackageException(String message, Throwable cause) {
        super(message, cause);
    }
}
