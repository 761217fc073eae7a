package dev.glovebox.apiserver;

import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.selectors.FieldSelectors;
import dev.glovebox.apiserver.selectors.LabelSelectors;
import dev.glovebox.apiserver.selectors.Selector;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.List;
import java.util.Optional;

/// What a list or a watch asks for. Source: apimachinery's `metav1.ListOptions` and its rules.
///
/// @param selector empty when everything is wanted, so that no object needs to be looked into
/// @param byMetadata whether the selector looks at names and labels alone
/// @param version `resourceVersion`, empty for the newest
/// @param match `resourceVersionMatch`, empty where it is not said
record ListOptions(
        Optional<Selector> selector,
        boolean byMetadata,
        String version,
        String match,
        Parameters parameters) {
    private static final String MATCH = "resourceVersionMatch";
    private static final List<String> MATCHES = List.of("Exact", "NotOlderThan", "");

    static ListOptions of(Parameters parameters, Kind kind, boolean watch) {
        check(parameters, watch);
        parameters.number("limit");
        parameters.number("timeoutSeconds");
        String labels = parameters.text("labelSelector");
        String fields = parameters.text("fieldSelector");
        Selector byLabel = LabelSelectors.parse(labels);
        FieldSelectors parsed = FieldSelectors.parse(fields);
        Selector byField = parsed.over(kind.strategy().fields());
        return new ListOptions(
                labels.isBlank() && fields.isBlank()
                        ? Optional.empty()
                        : Optional.of(byLabel.and(byField)),
                parsed.terms().stream().allMatch(term -> term.field().startsWith("metadata.")),
                parameters.text("resourceVersion"),
                parameters.text(MATCH),
                parameters);
    }

    /// The name that the field selector demands; empty if it demands none.
    Optional<String> name() {
        return FieldSelectors.parse(parameters.text("fieldSelector")).exactly("metadata.name");
    }

    /// Whether the newest state will do.
    boolean newest() {
        return version.isEmpty() || version.equals("0");
    }

    /// The revision that the client names; 0 for the newest.
    long revision(StatusReason otherwise, String words) {
        if (newest()) {
            return 0;
        }
        try {
            return Long.parseUnsignedLong(version);
        } catch (NumberFormatException e) {
            throw new ApiException(
                    otherwise,
                    words
                            + "resourceVersion: Invalid value: \"%s\": strconv.ParseUint: parsing \"%s\": invalid syntax"
                                    .formatted(version, version));
        }
    }

    private static void check(Parameters parameters, boolean watch) {
        FieldErrors errors = new FieldErrors();
        String match = parameters.text(MATCH);
        String version = parameters.text("resourceVersion");
        Path path = Path.of(MATCH);
        if (watch) {
            boolean initial = parameters.has("sendInitialEvents");
            if (initial && !match.equals("NotOlderThan")) {
                errors.forbidden(
                        path,
                        "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
            } else if (!initial && !match.isEmpty()) {
                errors.forbidden(
                        path,
                        "resourceVersionMatch is forbidden for watch unless sendInitialEvents is"
                                + " provided");
            }
        } else {
            checkList(parameters, match, version, path, errors);
        }
        Parameters.refuse("ListOptions", errors);
    }

    private static void checkList(
            Parameters parameters, String match, String version, Path path, FieldErrors errors) {
        if (parameters.has("sendInitialEvents")) {
            errors.forbidden(
                    Path.of("sendInitialEvents"), "sendInitialEvents is forbidden for list");
        }
        if (match.isEmpty()) {
            return;
        }
        if (version.isEmpty()) {
            errors.forbidden(
                    path, "resourceVersionMatch is forbidden unless resourceVersion is provided");
        }
        if (!parameters.text("continue").isEmpty()) {
            errors.forbidden(path, "resourceVersionMatch is forbidden when continue is provided");
        }
        if (!MATCHES.contains(match)) {
            errors.unsupported(path, match, MATCHES);
        }
        if (match.equals("Exact") && version.equals("0")) {
            errors.forbidden(
                    path, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
        }
    }
}
