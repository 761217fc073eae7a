package dev.glovebox.controllers;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.cluster.Resource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// Who owns whom, of the objects that are owned or wait for their dependents. Safe for use by any
/// thread; each resource is reported by one.
final class Ownership {
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<String, OwnedObject> objects = new HashMap<>();

    @GuardedBy("lock")
    private final Map<String, Set<String>> dependents = new HashMap<>();

    /// Notes an object as it is now.
    void put(OwnedObject object) {
        lock.lock();
        try {
            drop(object.uid());
            if (object.isOfInterest()) {
                objects.put(object.uid(), object);
                for (OwnerReference owner : object.owners()) {
                    dependents
                            .computeIfAbsent(owner.getUid(), any -> new HashSet<>())
                            .add(object.uid());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Forgets an object that is gone.
    ///
    /// @return uids of those whom it concerns: whom it owned, and who owned it
    List<String> remove(OwnedObject object) {
        lock.lock();
        try {
            List<String> concerned =
                    new ArrayList<>(dependents.getOrDefault(object.uid(), Set.of()));
            object.owners().forEach(owner -> concerned.add(owner.getUid()));
            drop(object.uid());
            return concerned;
        } finally {
            lock.unlock();
        }
    }

    /// Forgets all objects of a resource that is not served any more.
    void forget(Resource<?> resource) {
        lock.lock();
        try {
            objects.values().stream()
                    .filter(object -> object.resource().equals(resource))
                    .map(OwnedObject::uid)
                    .toList()
                    .forEach(this::drop);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void drop(String uid) {
        OwnedObject before = objects.remove(uid);
        if (before == null) {
            return;
        }
        for (OwnerReference owner : before.owners()) {
            Set<String> others = dependents.getOrDefault(owner.getUid(), new HashSet<>());
            others.remove(uid);
            if (others.isEmpty()) {
                dependents.remove(owner.getUid());
            }
        }
    }

    Optional<OwnedObject> get(String uid) {
        lock.lock();
        try {
            return Optional.ofNullable(objects.get(uid));
        } finally {
            lock.unlock();
        }
    }

    /// Those whom an object owns.
    List<OwnedObject> dependents(String owner) {
        lock.lock();
        try {
            List<OwnedObject> found = new ArrayList<>();
            for (String uid : dependents.getOrDefault(owner, Set.of())) {
                OwnedObject dependent = objects.get(uid);
                if (dependent != null) {
                    found.add(dependent);
                }
            }
            return found;
        } finally {
            lock.unlock();
        }
    }
}
