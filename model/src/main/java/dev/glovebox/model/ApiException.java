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
    private final transient Told told;

    /// What the client is told of the reason.
    ///
    /// @param code HTTP status
    /// @param word empty where the `Status` has none
    private record Told(int code, String word) {
        static Told of(StatusReason reason) {
            return new Told(reason.code(), reason.word());
        }
    }

    /// A refusal whose `Status` carries `details`, or none where `details` is null.
    public ApiException(StatusReason reason, String message, @Nullable Details details) {
        this(reason, Told.of(reason), message, details, List.of(), "");
    }

    private ApiException(
            StatusReason reason,
            Told told,
            String message,
            @Nullable Details details,
            List<String> warnings,
            String continuation) {
        super(Objects.requireNonNull(message, "message"));
        this.continuation = Objects.requireNonNull(continuation, "continuation");
        this.warnings = List.copyOf(warnings);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.told = Objects.requireNonNull(told, "told");
        this.details = details;
    }

    /// A refusal with a code and a reason that somebody else chose, which go to the client as they
    /// are.
    ///
    /// @param code HTTP status, 400 or more
    /// @param reasonWord may be one that [StatusReason] does not know, or empty
    public static ApiException told(
            int code, String reasonWord, String message, @Nullable Details details) {
        StatusReason known = StatusReason.UNKNOWN;
        for (StatusReason each : StatusReason.values()) {
            known = each.word().equals(reasonWord) ? each : known;
        }
        Told told = new Told(code, reasonWord);
        return new ApiException(known, told, message, details, List.of(), "");
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
        ApiException changed = new ApiException(reason, told, message, details, allWarnings, token);
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

    /// The HTTP status code.
    public int code() {
        return told.code();
    }

    /// The reason as the client is told it; empty where the `Status` has none.
    public String reasonWord() {
        return told.word();
    }

    /// The machine-readable reason; unknown where somebody else chose it.
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
