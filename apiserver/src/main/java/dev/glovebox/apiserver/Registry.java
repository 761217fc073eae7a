package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Conversion;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.apiserver.kinds.ObjectWriter;
import dev.glovebox.apiserver.kinds.ServedKinds;
import dev.glovebox.apiserver.kinds.Strategy;
import dev.glovebox.store.Entry;
import dev.glovebox.store.Store;
import java.util.List;
import java.util.Optional;

/// Objects in the store, by route. Safe for use by any thread.
final class Registry implements ObjectLookup, ObjectWriter {
    private final Store store;
    private final ServedKinds kinds;
    private final Allocations allocations = new Allocations(this);
    private final Versioned versioned =
            new Versioned(new ConvertedEntries(Runtime.getRuntime().maxMemory() / 32));

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
        return now(route).filter(now -> now.equals(kind) || isLike(now, kind)).isPresent();
    }

    private static boolean isLike(Kind now, Kind before) {
        Optional<Conversion> conversion = before.strategy().conversion();
        return now.schema().isLike(before.schema())
                && now.strategy().conversion().stream()
                        .allMatch(each -> conversion.filter(each::isLike).isPresent());
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

    /// The object of an entry as the route's version tells it.
    ///
    /// @throws dev.glovebox.model.ApiException when it cannot be converted to that
    static ObjectNode decode(Route route, Entry entry) {
        Optional<Conversion> conversion = route.kind().strategy().conversion();
        return conversion.isPresent()
                ? Versioned.objects(route, conversion.get(), List.of(entry)).getFirst()
                : plain(route, entry);
    }

    /// The object of an entry of a kind that needs no conversion, or of an entry that is told.
    private static ObjectNode plain(Route route, Entry entry) {
        ObjectNode object = asTold(route, entry);
        route.kind().strategy().alias().ifPresent(alias -> alias.fromKept(object));
        return object;
    }

    /// The object of an entry that [#told] made.
    static ObjectNode asTold(Route route, Entry entry) {
        return EncodedObject.decode(entry, route.apiVersion(), route.kind().names().kind());
    }

    /// The bytes to store of an object of that kind; the object is left alone.
    ///
    /// @throws dev.glovebox.model.ApiException when it cannot be converted to the version in which
    ///   it is to be kept
    static byte[] encode(Kind kind, ObjectNode object) {
        Strategy strategy = kind.strategy();
        return strategy.conversion()
                .map(conversion ->
                        EncodedObject.encodeVersioned(conversion.kept(Versioned.unrevised(object))))
                .orElseGet(() ->
                        EncodedObject.encode(
                                strategy.alias()
                                        .map(alias -> alias.toKept(object))
                                        .orElse(object)));
    }

    /// An object as it would be told after it was stored.
    ///
    /// @throws dev.glovebox.model.ApiException when it cannot be converted there or back
    static ObjectNode afterStoring(Route route, ObjectNode object) {
        return route.kind()
                .strategy()
                .conversion()
                .filter(conversion -> !conversion.keptAs().equals(route.apiVersion()))
                .map(conversion -> Versioned.thereAndBack(route, conversion, object))
                .orElse(object);
    }

    /// Whether an entry is in the version in which it would be kept now.
    static boolean isKeptAsNow(Route route, Entry entry) {
        return route.kind()
                .strategy()
                .conversion()
                .filter(conversion -> !conversion.keptAs().equals(EncodedObject.version(entry)))
                .isEmpty();
    }

    /// The entry in the shape in which the route's kind tells it: itself for most kinds, but not
    /// for an [Alias] and for kinds of definitions.
    ///
    /// @throws dev.glovebox.model.ApiException when it cannot be converted to that
    static Entry told(Route route, Entry entry) {
        return isToldAsKept(route.kind()) ? entry : Versioned.encoded(entry, decode(route, entry));
    }

    /// Whether somebody else is asked how objects of a kind are in other versions.
    static boolean isConverted(Kind kind) {
        return kind.strategy().conversion().filter(Conversion::asks).isPresent();
    }

    /// Whether all versions of a kind tell what is kept as it is.
    static boolean isToldAsKept(Kind kind) {
        return kind.strategy().alias().isEmpty() && kind.strategy().conversion().isEmpty();
    }

    /// The same for those who can do with a conversion of that very entry that somebody else asked
    /// for before.
    Entry shared(Route route, Entry entry) {
        return versioned.shared(route, entry);
    }

    /// The same for some entries, converted together.
    List<Entry> shared(Route route, List<Entry> entries) {
        return versioned.shared(route, entries);
    }

    @Override
    public Optional<ObjectNode> find(String group, String plural, String namespace, String name) {
        return kinds.get()
                .find(group, plural)
                .map(kind -> route(kind, namespace, name))
                .flatMap(route -> store.get(route.key()).map(entry -> unconverted(route, entry)));
    }

    @Override
    public List<ObjectNode> all(String group, String plural, String namespace) {
        return kinds.get().find(group, plural).map(kind -> route(kind, namespace, "")).stream()
                .flatMap(all ->
                        store.list(all.key(), "", 0).entries().stream()
                                .map(entry -> unconverted(all, entry)))
                .toList();
    }

    /// What parts of the API look at is never worth asking a converter.
    private static ObjectNode unconverted(Route route, Entry entry) {
        return route.kind().strategy().conversion().isPresent()
                ? asTold(route, entry)
                : plain(route, entry);
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
