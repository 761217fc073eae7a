package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.fields.FieldFilter;
import dev.glovebox.apiserver.rules.FieldErrors;

/// A change of a pod, or of what has a template of one, out of which [GatedFields] are taken first.
///
/// @param pointer where the pod's spec is, as a JSON pointer
/// @param rest everything else about the change
record GatedUpdate(String pointer, UpdateStrategy rest) implements UpdateStrategy {
    @Override
    public void prepare(ObjectNode object, ObjectNode old) {
        GatedFields.drop(object.at(pointer), old.at(pointer));
        rest.prepare(object, old);
    }

    @Override
    public FieldFilter counted() {
        return rest.counted();
    }

    @Override
    public void validate(ObjectNode object, ObjectNode old, FieldErrors errors) {
        rest.validate(object, old, errors);
    }
}
