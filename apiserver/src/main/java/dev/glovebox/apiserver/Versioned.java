package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Conversion;
import dev.glovebox.store.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Entries of kinds whose versions differ, in the version of a route. Safe for use by any thread;
/// blocks while a converter is asked.
final class Versioned {
    private static final String REVISION = "resourceVersion";

    private final ConvertedEntries known;

    Versioned(ConvertedEntries known) {
        this.known = known;
    }

    /// The objects of entries in the version of a route, in their order.
    static List<ObjectNode> objects(Route route, Conversion conversion, List<Entry> entries) {
        String unsaid = conversion.unsaid(route.apiVersion());
        List<ObjectNode> kept = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            ObjectNode object = EncodedObject.decode(entry, unsaid, route.kind().names().kind());
            ((ObjectNode) object.path("metadata")).remove(REVISION);
            kept.add(object);
        }
        List<ObjectNode> told = conversion.told(kept, route.apiVersion());
        for (int i = 0; i < entries.size(); i++) {
            String revision = Long.toString(entries.get(i).revision());
            ((ObjectNode) told.get(i).path("metadata")).put(REVISION, revision);
        }
        return told;
    }

    /// An object as it would come back from the store.
    static ObjectNode thereAndBack(Route route, Conversion conversion, ObjectNode object) {
        ObjectNode kept = conversion.kept(unrevised(object));
        ObjectNode back = conversion.told(List.of(kept), route.apiVersion()).getFirst();
        JsonNode revision = object.path("metadata").get(REVISION);
        if (revision != null) {
            ((ObjectNode) back.path("metadata")).set(REVISION, revision);
        }
        return back;
    }

    /// An object as converters get to see it: without the version of the store, which is none of
    /// their business. What is in it is shared.
    static ObjectNode unrevised(ObjectNode object) {
        if (!object.path("metadata").has(REVISION)) {
            return object;
        }
        ObjectNode bare = JsonNodeFactory.instance.objectNode();
        bare.setAll(object);
        ObjectNode metadata = bare.putObject("metadata");
        metadata.setAll((ObjectNode) object.path("metadata"));
        metadata.remove(REVISION);
        return bare;
    }

    static Entry encoded(Entry entry, ObjectNode told) {
        byte[] value = EncodedObject.encode(told);
        return new Entry(entry.key(), entry.createRevision(), entry.revision(), value);
    }

    /// An entry as it is told.
    Entry shared(Route route, Entry entry) {
        Optional<Conversion> asking = asking(route);
        return asking.isPresent() && isForeign(route, asking.get(), entry)
                ? known.get(
                        ConvertedEntries.Key.of(asking.get(), route.apiVersion(), entry),
                        () -> Registry.told(route, entry))
                : Registry.told(route, entry);
    }

    /// Entries as they are told; those that nobody asked for before are converted together.
    List<Entry> shared(Route route, List<Entry> entries) {
        Optional<Conversion> asking = asking(route);
        if (Registry.isToldAsKept(route.kind())) {
            return entries;
        }
        if (asking.isEmpty()) {
            return entries.stream().map(entry -> Registry.told(route, entry)).toList();
        }
        Map<Entry, Entry> converted = new HashMap<>();
        List<Entry> unknown = new ArrayList<>();
        for (Entry entry : entries) {
            known.find(ConvertedEntries.Key.of(asking.get(), route.apiVersion(), entry))
                    .ifPresentOrElse(
                            found -> converted.put(entry, found), () -> unknown.add(entry));
        }
        List<ObjectNode> objects = objects(route, asking.get(), unknown);
        for (int i = 0; i < unknown.size(); i++) {
            Entry entry = unknown.get(i);
            Entry told = encoded(entry, objects.get(i));
            converted.put(entry, told);
            if (isForeign(route, asking.get(), entry)) {
                known.put(ConvertedEntries.Key.of(asking.get(), route.apiVersion(), entry), told);
            }
        }
        return entries.stream().map(converted::get).toList();
    }

    private static Optional<Conversion> asking(Route route) {
        return route.kind().strategy().conversion().filter(Conversion::asks);
    }

    private static boolean isForeign(Route route, Conversion conversion, Entry entry) {
        String kept = EncodedObject.version(entry);
        return !(kept.isEmpty() ? conversion.unsaid(route.apiVersion()) : kept)
                .equals(route.apiVersion());
    }
}
