package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Allocation;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.apiserver.rules.FieldErrors;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Lets objects of a kind share what none may have twice, such as addresses. What is free is read
/// off the stored objects, so nothing can leak; writers of such kinds take turns, from before they
/// look until they have written. Safe for use by any thread.
final class Allocations {
    private final ObjectLookup objects;
    private final ReentrantLock turn = new ReentrantLock();

    Allocations(ObjectLookup objects) {
        this.objects = objects;
    }

    /// Writes an object of that kind, alone if its kind allocates.
    <T> T inTurn(Kind kind, Supplier<T> write) {
        if (kind.strategy().allocation().isEmpty()) {
            return write.get();
        }
        turn.lock();
        try {
            return write.get();
        } finally {
            turn.unlock();
        }
    }

    /// Gives an object what it lacks.
    ///
    /// @param old state of an object that is changed; empty for a new one
    /// @throws dev.glovebox.model.ApiException when it cannot have what it asks for
    void complete(Kind kind, ObjectNode object, Optional<ObjectNode> old) {
        Optional<Allocation> allocation = kind.strategy().allocation();
        if (allocation.isEmpty()) {
            return;
        }
        List<ObjectNode> others =
                objects.all(kind.group(), kind.names().plural(), "").stream()
                        .filter(each -> !same(each.path("metadata"), object.path("metadata")))
                        .toList();
        FieldErrors errors = new FieldErrors();
        allocation.get().complete(object, old, others, errors);
        if (!errors.isEmpty()) {
            String name = object.path("metadata").path("name").asText();
            throw errors.refusal(kind.keepingGroup(), kind.names().kind(), name);
        }
    }

    private static boolean same(JsonNode one, JsonNode other) {
        return one.path("name").equals(other.path("name"))
                && one.path("namespace").equals(other.path("namespace"));
    }
}
