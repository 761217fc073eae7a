package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.apiserver.kinds.ObjectWriter;
import dev.glovebox.apiserver.kinds.ServedKinds;
import dev.glovebox.apiserver.schema.Decoder;
import dev.glovebox.apiserver.schema.Defaults;
import dev.glovebox.store.Entry;
import dev.glovebox.store.Store;
import java.util.List;
import java.util.Optional;

/// Objects in the store, by route. Safe for use by any thread.
final class Registry implements ObjectLookup, ObjectWriter {
    private final Store store;
    private final ServedKinds kinds;
    private final Allocations allocations = new Allocations(this);

    Registry(Store store, ServedKinds kinds) {
        this.store = store;
        this.kinds = kinds;
    }

    Store store() {
        return store;
    }

    Allocations allocations() {
        return allocations;
    }

    /// The kind that is served now where a route was found: definitions come and go.
    private Optional<Kind> now(Route route) {
        Kind kind = route.kind();
        return kind.schema().structural()
                ? kinds.get().find(kind.group(), route.version(), kind.names().plural())
                : Optional.of(kind);
    }

    /// Whether what a route names is served, and in the same shape as when the route was found.
    boolean isServed(Route route) {
        Kind kind = route.kind();
        return now(route)
                .filter(now -> now.equals(kind) || now.schema().isLike(kind.schema()))
                .isPresent();
    }

    /// Stores a new object, if its definition still takes any.
    ///
    /// @throws dev.glovebox.model.ApiException when it does not, or has gone
    Store.WriteResult create(Route place, ObjectNode object, byte[] value) {
        if (!place.kind().schema().structural()) {
            return store.put(place.key(), 0, value);
        }
        return kinds.unchanging(() -> {
            Kind kind = now(place).orElseThrow(Refusals::unknownResource);
            if (!kind.equals(place.kind())) {
                kind.strategy().prepareCreate(object.deepCopy());
            }
            return store.put(place.key(), 0, value);
        });
    }

    /// The object of a route.
    ///
    /// @throws dev.glovebox.model.ApiException reason `NotFound` when there is none
    Entry entry(Route route) {
        return store.get(route.key())
                .orElseThrow(() ->
                        route.scale()
                                .map(Scales::notFound)
                                .orElseGet(() -> Refusals.notFound(route.kind(), route.name())));
    }

    /// The object of a route as a tree.
    ObjectNode object(Route route) {
        return decode(route, entry(route));
    }

    static ObjectNode decode(Route route, Entry entry) {
        ObjectNode object =
                EncodedObject.decode(entry, route.apiVersion(), route.kind().names().kind());
        route.kind().strategy().alias().ifPresent(alias -> alias.fromKept(object));
        return route.kind().schema().structural() ? shaped(route.kind(), object) : object;
    }

    /// An object of a definition in the shape that its version has now: it was kept when the
    /// definition, or the version, may have been another.
    private static ObjectNode shaped(Kind kind, ObjectNode object) {
        ObjectNode shaped = new Decoder().decode(kind.schema(), object);
        Defaults.apply(kind.schema(), shaped);
        return shaped;
    }

    /// Whether all versions of a kind tell what is kept as it is.
    private static boolean isToldAsKept(Kind kind) {
        return kind.strategy().alias().isEmpty() && !kind.schema().structural();
    }

    /// The bytes to store of an object of that kind; the object is left alone.
    static byte[] encode(Kind kind, ObjectNode object) {
        return EncodedObject.encode(
                kind.strategy().alias().map(alias -> alias.toKept(object)).orElse(object));
    }

    /// The entry in the shape in which the route's kind tells it: itself for most kinds, but not
    /// for an [Alias] and for kinds of definitions.
    static Entry told(Route route, Entry entry) {
        if (isToldAsKept(route.kind())) {
            return entry;
        }
        byte[] value = EncodedObject.encode(decode(route, entry));
        return new Entry(entry.key(), entry.createRevision(), entry.revision(), value);
    }

    @Override
    public Optional<ObjectNode> find(String group, String plural, String namespace, String name) {
        return kinds.get()
                .find(group, plural)
                .map(kind -> route(kind, namespace, name))
                .flatMap(route -> store.get(route.key()).map(entry -> decode(route, entry)));
    }

    @Override
    public List<ObjectNode> all(String group, String plural, String namespace) {
        return kinds.get().find(group, plural).map(kind -> route(kind, namespace, "")).stream()
                .flatMap(all ->
                        store.list(all.key(), "", 0).entries().stream()
                                .map(entry -> decode(all, entry)))
                .toList();
    }

    @Override
    public boolean replace(String group, String plural, ObjectNode object) {
        Kind kind =
                kinds.get()
                        .find(group, plural)
                        .orElseThrow(() -> new IllegalArgumentException("not served: " + plural));
        JsonNode metadata = object.path("metadata");
        Route route =
                route(kind, metadata.path("namespace").asText(), metadata.path("name").asText());
        long version = Long.parseLong(metadata.path("resourceVersion").asText());
        return store.put(route.key(), version, encode(kind, object))
                instanceof Store.WriteResult.Written;
    }

    private static Route route(Kind kind, String namespace, String name) {
        return new Route(kind, kind.version(), namespace, name, "", false);
    }
}
