package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.crds.Definitions;
import dev.glovebox.store.Entry;

/// Definitions as the store keeps them: as it keeps everything.
final class StoredDefinitions implements Definitions.Form {
    @Override
    public ObjectNode decode(Entry entry) {
        return EncodedObject.decode(entry, "apiextensions.k8s.io/v1", "CustomResourceDefinition");
    }

    @Override
    public byte[] encode(ObjectNode definition) {
        return EncodedObject.encode(definition);
    }
}
