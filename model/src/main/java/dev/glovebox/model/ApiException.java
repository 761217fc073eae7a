package dev.glovebox.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A request that a Kubernetes API refused. Unchecked: it passes through whoever cannot mend it and
/// becomes a `Status` object in exactly one class of the API server.
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final StatusReason reason;
    private final transient @Nullable Details details;
    private final transient List<String> warnings;
    private final String continuation;

    /// A refusal whose `Status` carries `details`, or none where `details` is null.
    public ApiException(StatusReason reason, String message, @Nullable Details details) {
        this(reason, message, details, List.of(), "");
    }

    private ApiException(
            StatusReason reason,
            String message,
            @Nullable Details details,
            List<String> warnings,
            String continuation) {
        super(Objects.requireNonNull(message, "message"));
        this.continuation = Objects.requireNonNull(continuation, "continuation");
        this.warnings = List.copyOf(warnings);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.details = details;
    }

    /// A refusal without details.
    public ApiException(StatusReason reason, String message) {
        this(reason, message, null);
    }

    /// The same refusal, of a request that is warned of something besides.
    public ApiException warned(List<String> before) {
        List<String> all = new ArrayList<>(before);
        all.addAll(warnings);
        return with(all, continuation);
    }

    /// The same refusal of a part of a list that can be gone on with by that token.
    public ApiException continued(String token) {
        return with(warnings, token);
    }

    private ApiException with(List<String> allWarnings, String token) {
        String message = String.valueOf(getMessage());
        ApiException changed = new ApiException(reason, message, details, allWarnings, token);
        changed.setStackTrace(getStackTrace());
        return changed;
    }

    /// The `continue` of the `Status`; empty where it has none, as nearly always.
    public String continuation() {
        return continuation;
    }

    /// What the request is warned of besides; mostly empty.
    public List<String> warnings() {
        return warnings;
    }

    /// The machine-readable reason.
    public StatusReason reason() {
        return reason;
    }

    /// What the refusal is about; null where the `Status` has no details.
    public @Nullable Details details() {
        return details;
    }

    /// `Status.details`: the object (empty strings where it has no such part) and each broken
    /// field.
    ///
    /// @param retryAfterSeconds when to try again; 0 where nothing is said about that
    public record Details(
            String name, String group, String kind, List<Cause> causes, int retryAfterSeconds) {
        /// Nothing is said about trying again.
        public Details(String name, String group, String kind, List<Cause> causes) {
            this(name, group, kind, causes, 0);
        }

        /// Copies the causes.
        public Details {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(group, "group");
            Objects.requireNonNull(kind, "kind");
            causes = List.copyOf(causes);
        }
    }

    /// One entry of `Status.details.causes`, for example `FieldValueRequired`, with its field path.
    public record Cause(String reason, String message, String field) {}
}
