package dev.glovebox.containerd;

/// containerd refused or could not carry out a call. gRPC's codes are translated here once; nobody
/// else sees them.
public final class CriException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// What kind of failure it was, as gRPC's status codes name them.
    public enum Code {
        /// The object does not exist.
        NOT_FOUND,
        /// The object exists already.
        ALREADY_EXISTS,
        /// The request makes no sense to the server.
        INVALID_ARGUMENT,
        /// The object is in a state that forbids the call.
        FAILED_PRECONDITION,
        /// No answer in time; whether it was carried out is not known.
        DEADLINE_EXCEEDED,
        /// Nobody listens on the socket, or the connection broke.
        UNAVAILABLE,
        /// The server does not know this call.
        UNIMPLEMENTED,
        /// The caller gave up.
        CANCELLED,
        /// Anything else, which for containerd is most: its message says what.
        OTHER
    }

    private final String operation;
    private final Code code;
    private final String description;

    CriException(String operation, Code code, String description, Throwable cause) {
        this(operation, code, description);
        initCause(cause);
    }

    CriException(String operation, Code code, String description) {
        super(operation + ": " + description);
        this.operation = operation;
        this.code = code;
        this.description = description;
    }

    /// The call, as CRI or containerd names it.
    public String operation() {
        return operation;
    }

    /// The kind of failure.
    public Code code() {
        return code;
    }

    /// The server's own words, without the operation.
    public String description() {
        return description;
    }
}
