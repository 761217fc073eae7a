package dev.glovebox.node.users;

/// A pod cannot have users of its own, or was not seen to have them. The message names the cause,
/// for a user.
public final class UsersException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// What is asked for and cannot be had.
    public UsersException(String message) {
        super(message);
    }

    /// What failed, and why.
    public UsersException(String message, Throwable cause) {
        super(message, cause);
    }
}
