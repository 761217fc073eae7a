package dev.glovebox.apiserver.fields;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Which fields of what is written through a resource count: a strategy puts the others back to
/// what they were, so nobody comes to own them by writing them there.
public final class FieldFilter {
    /// Everything counts.
    public static final FieldFilter ALL = new FieldFilter(FieldSet.EMPTY);

    private final FieldSet without;

    private FieldFilter(FieldSet without) {
        this.without = without;
    }

    /// Everything but these fields and what is in them counts.
    ///
    /// @param paths for example `status` or `metadata.labels`
    public static FieldFilter without(String... paths) {
        return new FieldFilter(FieldSet.of(parts(paths)));
    }

    private static List<List<String>> parts(String... paths) {
        return Arrays.stream(Objects.requireNonNull(paths, "paths"))
                .map(path -> List.of(path.split("\\.", -1)))
                .toList();
    }

    FieldSet apply(FieldSet set) {
        return set.minusDeep(without);
    }
}
