package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.apiserver.kinds.Allocation;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.apiserver.rules.FieldErrors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// Lets objects of a kind share what none may have twice, such as addresses. What is free is read
/// off the stored objects and those that are about to be, so nothing can leak. Safe for use by any
/// thread.
///
/// Concurrency: writers of such kinds take turns (`turn`) while they look for what is free, and
/// hold what they found in `held` until it is written or given up; webhooks are asked in between.
final class Allocations {
    private final ObjectLookup objects;
    private final ReentrantLock turn = new ReentrantLock();

    @GuardedBy("turn")
    private final Map<String, Set<ObjectNode>> held = new HashMap<>();

    /// What an object has, until it is written or given up.
    interface Held extends AutoCloseable {
        /// Nothing that another might want.
        Held NOTHING = () -> {};

        @Override
        void close();
    }

    Allocations(ObjectLookup objects) {
        this.objects = objects;
    }

    /// Gives an object what it lacks.
    ///
    /// @param old state of an object that is changed; empty for a new one
    /// @return what keeps others from getting it
    /// @throws dev.glovebox.model.ApiException when it cannot have what it asks for
    Held complete(Kind kind, ObjectNode object, Optional<ObjectNode> old) {
        Optional<Allocation> allocation = kind.strategy().allocation();
        if (allocation.isEmpty()) {
            return Held.NOTHING;
        }
        turn.lock();
        try {
            Set<ObjectNode> others = others(kind);
            FieldErrors errors = new FieldErrors();
            List<ObjectNode> all = new ArrayList<>(others);
            all.addAll(objects.all(kind.group(), kind.names().plural(), ""));
            all.removeIf(each -> same(each.path("metadata"), object.path("metadata")));
            allocation.get().complete(object, old, all, errors);
            if (!errors.isEmpty()) {
                String name = object.path("metadata").path("name").asText();
                throw errors.refusal(kind.keepingGroup(), kind.names().kind(), name);
            }
            ObjectNode kept = object.deepCopy();
            others.add(kept);
            return () -> release(kind, kept);
        } finally {
            turn.unlock();
        }
    }

    @GuardedBy("turn")
    private Set<ObjectNode> others(Kind kind) {
        return held.computeIfAbsent(
                kind.resource(), any -> Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private void release(Kind kind, ObjectNode object) {
        turn.lock();
        try {
            others(kind).remove(object);
        } finally {
            turn.unlock();
        }
    }

    private static boolean same(JsonNode one, JsonNode other) {
        return one.path("name").equals(other.path("name"))
                && one.path("namespace").equals(other.path("namespace"));
    }
}
