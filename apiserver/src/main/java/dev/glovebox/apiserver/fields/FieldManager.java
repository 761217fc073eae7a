package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.Scalars;
import dev.glovebox.model.ApiException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps `metadata.managedFields`. Stateless; safe for use by any thread. Source: Kubernetes'
/// `managedfields` and structured-merge-diff, whose results these are.
public final class FieldManager {
    static final String FIELD = "managedFields";

    private static final Logger LOG = LoggerFactory.getLogger(FieldManager.class);

    private static final String BEFORE = "before-first-apply";

    /// Fields that are nobody's.
    private static final FieldSet NEVER =
            FieldSet.of(
                    List.of(
                            List.of("apiVersion"),
                            List.of("kind"),
                            List.of("metadata"),
                            List.of("metadata", "name"),
                            List.of("metadata", "namespace"),
                            List.of("metadata", "creationTimestamp"),
                            List.of("metadata", "selfLink"),
                            List.of("metadata", "uid"),
                            List.of("metadata", "clusterName"),
                            List.of("metadata", "generation"),
                            List.of("metadata", FIELD),
                            List.of("metadata", "resourceVersion")));

    private final Clock clock;

    /// A keeper that says when by this clock.
    public FieldManager(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /// Says in a changed or new object who has its fields after an ordinary write. An object about
    /// which nothing was kept so far stays without.
    ///
    /// @param live the object before, or [Target#blank]
    /// @param object with defaults, as it is meant to become; its `managedFields` are replaced
    /// @param manager who writes
    public void update(Target target, ObjectNode live, ObjectNode object, String manager) {
        JsonNode kept = live.path("metadata").path(FIELD);
        JsonNode given = object.path("metadata").path(FIELD);
        metadata(object).remove(FIELD);
        boolean asked = target.subresource().isEmpty() && !given.isEmpty() && !given.equals(kept);
        boolean known = !live.path("metadata").path("uid").asText().isEmpty();
        if (asked && isReset(given) && known) {
            return;
        }
        try {
            Changes changes = new Changes(target, bare(live), object);
            if (!asked && (changes.own().isEmpty() || (kept.isEmpty() && known))) {
                if (!kept.isEmpty()) {
                    metadata(object).set(FIELD, kept);
                }
                return;
            }
            Managed managed = asked ? readable(given, kept) : orNone(kept);
            if (managed.isEmpty() && known) {
                return;
            }
            updated(target, managed, changes, target.updater(manager));
            write(managed, object);
        } catch (MalformedFieldsException | ApiException e) {
            // As in Kubernetes: fields that cannot be told apart are nobody's.
            LOG.atDebug().setCause(e).log("An object goes without managed fields");
            metadata(object).remove(FIELD);
        }
    }

    /// Whether a client asks for its object to have no managed fields.
    private static boolean isReset(JsonNode given) {
        return given.size() == 1 && given.get(0).isEmpty();
    }

    private static Managed readable(JsonNode given, JsonNode kept) {
        try {
            Managed managed = Managed.parse(given);
            return managed.isEmpty() ? orNone(kept) : managed;
        } catch (MalformedFieldsException e) {
            return orNone(kept);
        }
    }

    private static Managed orNone(JsonNode kept) {
        try {
            return Managed.parse(kept);
        } catch (MalformedFieldsException e) {
            return new Managed();
        }
    }

    private void updated(Target target, Managed managed, Changes changes, ManagerId self) {
        forget(target, managed);
        changes.reconcile(managed);
        managed.owners()
                .forEach((id, owned) -> {
                    Comparison theirs = changes.in(owned.apiVersion());
                    managed.put(
                            id,
                            owned.with(
                                    owned.fields()
                                            .minus(theirs.changed())
                                            .minus(theirs.removed())));
                });
        FieldSet own = target.filter().apply(changes.own().changed()).minus(NEVER);
        if (!own.isEmpty()) {
            Owned before = managed.get(self);
            FieldSet together = before == null ? own : own.union(before.fields());
            managed.put(self, new Owned(together, target.apiVersion(), now(target)));
        }
        managed.limitUpdaters();
    }

    /// Managers in versions that are not served any more.
    private static void forget(Target target, Managed managed) {
        managed.owners()
                .forEach((id, owned) -> {
                    if (!target.versions().contains(owned.apiVersion())) {
                        managed.remove(id);
                    }
                });
    }

    /// The live object with a configuration applied to it, managed fields included; not yet in the
    /// shape of its schema.
    ///
    /// @param live the object before, or [Target#blank]
    /// @param config what the manager wants, as it sent it
    /// @throws ApiException when the configuration is none, or somebody else has what it changes
    public ObjectNode apply(Target target, ObjectNode live, ObjectNode config, Applier applier) {
        String manager = applier.manager();
        Application application = new Application(target, config);
        application.check();
        Managed managed = read(live);
        ObjectNode bare = bare(live);
        if (managed.isEmpty()) {
            begin(target, managed, bare);
        }
        ManagerId self = target.applier(manager);
        try {
            Managed after = copy(managed);
            Changes none = new Changes(target, bare, bare);
            ObjectNode object = applied(application, after, bare, none, self);
            Conflicts conflicts = settle(after, none.to(object), self);
            if (!applier.force() && !conflicts.isEmpty()) {
                conflicts = new LastApplied(target, bare).upgraded(conflicts, manager);
                if (!conflicts.isEmpty()) {
                    throw conflicts.refusal();
                }
            }
            boolean same = Values.equal(bare, object);
            finish(after, self, same ? time(managed, self) : now(target));
            ObjectNode result = LastApplied.kept(object.deepCopy(), config, manager);
            write(after, result);
            return result;
        } catch (MalformedFieldsException e) {
            throw application.unfit(e.words());
        }
    }

    private static Managed read(ObjectNode live) {
        try {
            return Managed.parse(live.path("metadata").path(FIELD));
        } catch (MalformedFieldsException e) {
            throw Application.failed("failed to decode managed fields: " + e.words());
        }
    }

    /// What is there before anybody applied anything is somebody's.
    private void begin(Target target, Managed managed, ObjectNode live) {
        try {
            updated(
                    target,
                    managed,
                    new Changes(target, target.blank(), live),
                    target.updater(BEFORE));
        } catch (MalformedFieldsException e) {
            throw Application.failed("failed to create manager for existing fields: " + e.words());
        }
    }

    private static Managed copy(Managed managed) {
        Managed copy = new Managed();
        managed.owners().forEach(copy::put);
        return copy;
    }

    private static ObjectNode applied(
            Application application,
            Managed managed,
            ObjectNode live,
            Changes none,
            ManagerId self) {
        Target target = application.target();
        forget(target, managed);
        none.reconcile(managed);
        ObjectNode merged = Merging.of(target.shape(), live, application.config());
        Owned before = managed.get(self);
        FieldSet own = target.filter().apply(OwnedFields.of(target.shape(), application.config()));
        managed.put(self, new Owned(own, target.apiVersion(), ""));
        return before == null
                ? merged
                : Pruning.of(target, merged, before, managed.owners().values());
    }

    /// Takes from the other managers what is changed or gone now.
    ///
    /// @return what it took because it has another value now
    private static Conflicts settle(Managed managed, Changes changes, ManagerId self) {
        Map<ManagerId, FieldSet> conflicts = new TreeMap<>();
        managed.owners()
                .forEach((id, owned) -> {
                    if (!id.equals(self)) {
                        Comparison theirs = changes.in(owned.apiVersion());
                        FieldSet changed = theirs.changed();
                        FieldSet taken = owned.fields().intersection(changed);
                        if (!taken.isEmpty()) {
                            conflicts.put(id, taken);
                        }
                        managed.put(
                                id,
                                owned.with(owned.fields().minus(changed).minus(theirs.removed())));
                    }
                });
        return new Conflicts(conflicts);
    }

    private static void finish(Managed managed, ManagerId self, String time) {
        Owned own = managed.get(self);
        if (own != null) {
            managed.put(self, new Owned(own.fields().minus(NEVER), own.apiVersion(), time));
        }
    }

    private static String time(Managed managed, ManagerId self) {
        Owned own = managed.get(self);
        return own == null ? "" : own.time();
    }

    /// Kubernetes forgets when something was written through a Scale.
    private String now(Target target) {
        return target.subresource().equals(ScaleFields.SUBRESOURCE)
                ? ""
                : Scalars.time(clock.instant());
    }

    private static void write(Managed managed, ObjectNode object) {
        if (managed.isEmpty()) {
            metadata(object).remove(FIELD);
        } else {
            metadata(object).set(FIELD, managed.json());
        }
    }

    private static ObjectNode metadata(ObjectNode object) {
        return object.get("metadata") instanceof ObjectNode metadata
                ? metadata
                : object.putObject("metadata");
    }

    /// The object without its managed fields; what is in it is shared.
    private static ObjectNode bare(ObjectNode object) {
        if (!object.path("metadata").has(FIELD)) {
            return object;
        }
        ObjectNode bare = JsonNodeFactory.instance.objectNode();
        bare.setAll(object);
        ObjectNode metadata = bare.putObject("metadata");
        metadata.setAll((ObjectNode) object.path("metadata"));
        metadata.remove(FIELD);
        return bare;
    }
}
