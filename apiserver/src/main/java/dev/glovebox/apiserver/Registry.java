package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.admission.ObjectLookup;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import dev.glovebox.store.Entry;
import dev.glovebox.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Objects in the store, by route. Safe for use by any thread.
final class Registry implements ObjectLookup {
    private final Store store;
    private final KindCatalogue kinds;

    Registry(Store store, KindCatalogue kinds) {
        this.store = store;
        this.kinds = kinds;
    }

    Store store() {
        return store;
    }

    /// The object of a route.
    ///
    /// @throws dev.glovebox.model.ApiException reason `NotFound` when there is none
    Entry entry(Route route) {
        return store.get(route.key())
                .orElseThrow(() -> Refusals.notFound(route.kind(), route.name()));
    }

    /// The object of a route as a tree.
    ObjectNode object(Route route) {
        return decode(route, entry(route));
    }

    static ObjectNode decode(Route route, Entry entry) {
        return EncodedObject.decode(entry, route.apiVersion(), route.kind().names().kind());
    }

    @Override
    public Optional<ObjectNode> namespace(String name) {
        return found("", "namespaces", name);
    }

    @Override
    public Optional<ObjectNode> runtimeClass(String name) {
        return found("node.k8s.io", "runtimeclasses", name);
    }

    @Override
    public List<ObjectNode> runtimeClasses() {
        Route all = route("node.k8s.io", "runtimeclasses", "");
        List<ObjectNode> classes = new ArrayList<>();
        store.list(all.key(), "", 0).entries().forEach(entry -> classes.add(decode(all, entry)));
        return classes;
    }

    private Optional<ObjectNode> found(String group, String plural, String name) {
        Route route = route(group, plural, name);
        return store.get(route.key()).map(entry -> decode(route, entry));
    }

    private Route route(String group, String plural, String name) {
        Kind kind = kinds.find(group, plural).orElseThrow();
        return new Route(kind, kind.version(), "", name, "", false);
    }
}
