package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import java.util.List;
import java.util.Optional;

/// Gives an object what no other object of its kind may have, before it is validated. Whoever asks
/// sees to it that nobody else allocates until the object is written.
@FunctionalInterface
public interface Allocation {
    /// Completes the object.
    ///
    /// @param old state of an object that is changed; empty for a new one
    /// @param others all other objects of the kind
    /// @param errors why it cannot have what it asks for; nothing else is checked then
    /// @throws dev.glovebox.model.ApiException when nothing is left to give
    void complete(
            ObjectNode object,
            Optional<ObjectNode> old,
            List<ObjectNode> others,
            FieldErrors errors);
}
