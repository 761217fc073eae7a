package dev.glovebox.apiserver.fields;

import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Fields that somebody applies with other values than their managers gave them.
///
/// @param fields of each manager
record Conflicts(Map<ManagerId, FieldSet> fields) {
    /// Most fields that a refusal names.
    private static final int MOST = 1000;

    Conflicts {
        fields = new TreeMap<>(fields);
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    FieldSet all() {
        FieldSet all = FieldSet.EMPTY;
        for (FieldSet each : fields.values()) {
            all = all.union(each);
        }
        return all;
    }

    /// The conflicts about other fields than these.
    Conflicts without(FieldSet allowed) {
        Map<ManagerId, FieldSet> left = new TreeMap<>();
        fields.forEach((id, set) -> {
            FieldSet rest = set.minus(allowed);
            if (!rest.isEmpty()) {
                left.put(id, rest);
            }
        });
        return new Conflicts(left);
    }

    ApiException refusal() {
        int count = fields.values().stream().mapToInt(FieldSet::size).sum();
        List<ApiException.Cause> causes = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        fields.forEach((id, set) -> {
            lines.add("conflicts with " + id.words() + ":");
            for (String path : set.paths(MOST - causes.size())) {
                lines.add("- " + path);
                causes.add(
                        new ApiException.Cause(
                                "FieldManagerConflict", "conflict with " + id.words(), path));
            }
        });
        String message =
                count == 1
                        ? "Apply failed with 1 conflict: %s: %s"
                                .formatted(causes.getFirst().message(), causes.getFirst().field())
                        : "Apply failed with %d conflicts: %s"
                                .formatted(count, String.join("\n", lines));
        return new ApiException(
                StatusReason.CONFLICT, message, new ApiException.Details("", "", "", causes));
    }
}
