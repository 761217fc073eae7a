package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;

/// What differs between two states of an object, in each version in which somebody has fields. One
/// use, one thread.
final class Changes {
    private final Target target;
    private final ObjectNode old;
    private final ObjectNode now;
    private final Map<String, Comparison> known = new HashMap<>();
    private final Map<String, ObjectNode> before;

    /// @param old without managed fields
    /// @param now without managed fields
    Changes(Target target, ObjectNode old, ObjectNode now) {
        this(target, old, now, new HashMap<>());
    }

    private Changes(Target target, ObjectNode old, ObjectNode now, Map<String, ObjectNode> before) {
        this.target = target;
        this.old = old;
        this.now = now;
        this.before = before;
    }

    /// The differences between the same old state and another new one.
    Changes to(ObjectNode other) {
        return new Changes(target, old, other, before);
    }

    /// The differences that count, in the version of the request.
    Comparison own() {
        return in(target.apiVersion());
    }

    /// The differences that count, in one of the versions.
    ///
    /// @throws MalformedFieldsException when an item of a list has no key
    /// @throws dev.glovebox.model.ApiException when an object cannot be had in that version
    Comparison in(String apiVersion) {
        String version = target.shownIn(apiVersion);
        Comparison found = known.get(version);
        if (found == null) {
            found =
                    Comparison.of(target.shape(version), old(version), target.in(version, now))
                            .filtered(target.filter());
            known.put(version, found);
        }
        return found;
    }

    private ObjectNode old(String version) {
        ObjectNode found = before.get(version);
        if (found == null) {
            found = target.in(version, old);
            before.put(version, found);
        }
        return found;
    }

    /// Has every manager own fields as they are owned now that schemas may have changed.
    ///
    /// @throws dev.glovebox.model.ApiException when the object as it was cannot be had in the
    ///   version of one of them
    void reconcile(Managed managed) {
        managed.owners()
                .forEach((id, owned) -> {
                    String version = target.shownIn(owned.apiVersion());
                    old(version);
                    managed.put(id, owned.with(owned.fields().reconciled(target.shape(version))));
                });
    }
}
