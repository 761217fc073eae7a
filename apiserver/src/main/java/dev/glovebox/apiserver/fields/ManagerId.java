package dev.glovebox.apiserver.fields;

import java.util.Comparator;
import java.util.Objects;

/// Who manages fields: a name, and how it came by them.
///
/// @param apiVersion in which it updates; empty for those who apply, who are the same in every
///   version
/// @param subresource through which it writes; empty for the object itself
record ManagerId(String manager, String operation, String apiVersion, String subresource)
        implements Comparable<ManagerId> {
    static final String APPLY = "Apply";
    static final String UPDATE = "Update";

    private static final Comparator<ManagerId> ORDER =
            Comparator.comparing(ManagerId::manager)
                    .thenComparing(ManagerId::operation)
                    .thenComparing(ManagerId::apiVersion)
                    .thenComparing(ManagerId::subresource);

    ManagerId {
        Objects.requireNonNull(manager, "manager");
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(subresource, "subresource");
    }

    boolean applies() {
        return operation.equals(APPLY);
    }

    @Override
    public int compareTo(ManagerId other) {
        return ORDER.compare(this, other);
    }

    /// As messages name it: `"kubectl" with subresource "status" using v1`.
    String words() {
        String words = quoted(manager);
        if (!subresource.isEmpty()) {
            words += " with subresource " + quoted(subresource);
        }
        return applies() ? words : words + " using " + apiVersion;
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
