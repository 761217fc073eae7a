package dev.glovebox.model;

/// Why a Kubernetes API refused a request: the `reason` of a `Status`, with the HTTP code that goes
/// with it. Source: `k8s.io/apimachinery` `metav1.StatusReason`.
public enum StatusReason {
    /// A failure for which Kubernetes has no reason: the `reason` of the `Status` is left out.
    UNKNOWN("", 500),
    /// The body or a parameter could not be understood.
    BAD_REQUEST("BadRequest", 400),
    /// No valid credentials.
    UNAUTHORIZED("Unauthorized", 401),
    /// Known to the server, and not allowed, or refused by admission.
    FORBIDDEN("Forbidden", 403),
    /// No such object, or no such resource.
    NOT_FOUND("NotFound", 404),
    /// The resource does not know this verb.
    METHOD_NOT_ALLOWED("MethodNotAllowed", 405),
    /// No representation that the client accepts.
    NOT_ACCEPTABLE("NotAcceptable", 406),
    /// An object of that name exists.
    ALREADY_EXISTS("AlreadyExists", 409),
    /// The object changed in between, or is in a state that forbids the request.
    CONFLICT("Conflict", 409),
    /// A collection's revision was compacted away.
    GONE("Gone", 410),
    /// A watch or continue token names a revision that was compacted away.
    EXPIRED("Expired", 410),
    /// The body is larger than the server takes.
    REQUEST_ENTITY_TOO_LARGE("RequestEntityTooLarge", 413),
    /// The body's media type is not served.
    UNSUPPORTED_MEDIA_TYPE("UnsupportedMediaType", 415),
    /// The object breaks rules of its kind; `details.causes` names the fields.
    INVALID("Invalid", 422),
    /// Too many requests at once.
    TOO_MANY_REQUESTS("TooManyRequests", 429),
    /// The server failed.
    INTERNAL_ERROR("InternalError", 500),
    /// The server cannot answer now.
    SERVICE_UNAVAILABLE("ServiceUnavailable", 503),
    /// The server gave up waiting.
    TIMEOUT("Timeout", 504);

    private final String word;
    private final int code;

    StatusReason(String word, int code) {
        this.word = word;
        this.code = code;
    }

    /// The reason as Kubernetes writes it, for example `NotFound`; empty for [#UNKNOWN].
    public String word() {
        return word;
    }

    /// The HTTP status code.
    public int code() {
        return code;
    }
}
