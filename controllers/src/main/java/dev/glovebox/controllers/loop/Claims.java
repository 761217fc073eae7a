package dev.glovebox.controllers.loop;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Which objects an owner has, takes and lets go. An object has one controller at most; an owner
/// takes orphans that its selector picks, and lets go whom it picks no more. Source:
/// kube-controller-manager's `BaseControllerRefManager`.
///
/// @param kept those that it controls and goes on to control
/// @param adopted orphans that it takes
/// @param released those that it controls and whom it lets go
/// @param <T> the model of the objects
public record Claims<T extends HasMetadata>(List<T> kept, List<T> adopted, List<T> released) {
    /// Copies the lists.
    public Claims {
        kept = List.copyOf(kept);
        adopted = List.copyOf(adopted);
        released = List.copyOf(released);
    }

    /// What an owner claims among objects, of which those in other namespaces do not count.
    public static <T extends HasMetadata> Claims<T> of(Owner owner, Collection<T> objects) {
        List<T> kept = new ArrayList<>();
        List<T> adopted = new ArrayList<>();
        List<T> released = new ArrayList<>();
        for (T object : objects) {
            if (!owner.key().namespace().equals(object.getMetadata().getNamespace())) {
                continue;
            }
            boolean picked = owner.selector().test(object);
            boolean leaving = object.getMetadata().getDeletionTimestamp() != null;
            if (owner.controls(object)) {
                if (picked) {
                    kept.add(object);
                } else if (!owner.leaving()) {
                    released.add(object);
                }
            } else if (Owner.controllerOf(object).isEmpty()
                    && picked
                    && !leaving
                    && !owner.leaving()) {
                adopted.add(object);
            }
        }
        return new Claims<>(kept, adopted, released);
    }
}
