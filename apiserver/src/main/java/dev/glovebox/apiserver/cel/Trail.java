package dev.glovebox.apiserver.cel;

import dev.glovebox.apiserver.structural.Amount;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// How one gets to a value: a variable, then fields, `@items`, `@keys` or `@values`.
///
/// This is a slice of Go, and shares its room with those that it was made longer from: where two
/// are made from the same one, and it has room left, the later one takes the earlier one's last
/// name. In cel-go's `checker/cost.go` it does, so that in `x.tags.all(t, t == x.name)` the list is
/// taken to be as long as the name. Definitions are accepted or refused by that.
final class Trail {
    static final Trail NONE = new Trail(new String[0], 0);

    private final String[] names;
    private final int length;

    private Trail(String[] names, int length) {
        this.names = names;
        this.length = length;
    }

    static Trail of(String variable) {
        return new Trail(new String[] {variable}, 1);
    }

    boolean isEmpty() {
        return length == 0;
    }

    String variable() {
        return names[0];
    }

    Trail then(String name) {
        String[] room =
                length < names.length ? names : Arrays.copyOf(names, Math.max(1, 2 * length));
        room[length] = name;
        return new Trail(room, length + 1);
    }

    /// The same names in room of its own.
    Trail copyThen(String name) {
        List<String> copy = new ArrayList<>(Arrays.asList(names).subList(0, length));
        copy.add(name);
        return new Trail(copy.toArray(String[]::new), copy.size());
    }

    /// The size of what the trail leads to from the schema of its variable; empty where it leads
    /// nowhere.
    Optional<Size> in(SchemaSize root) {
        Optional<SchemaSize> at = isEmpty() ? Optional.empty() : Optional.of(root);
        for (int i = 1; i < length && at.isPresent(); i++) {
            String name = names[i];
            at = at.flatMap(each -> each.below(name));
        }
        return at.map(each -> Size.upTo(Amount.of(each.most())));
    }
}
