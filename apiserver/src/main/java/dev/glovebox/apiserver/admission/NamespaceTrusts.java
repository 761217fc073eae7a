package dev.glovebox.apiserver.admission;

import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.policy.NamespaceTrust;
import dev.glovebox.policy.TrustLevel;
import java.util.HashMap;
import java.util.Map;

/// How far the pods of stored namespaces are trusted.
///
/// @param byDefault of namespaces that do not say
record NamespaceTrusts(ObjectLookup objects, TrustLevel byDefault) {
    /// The trust of one; as its labels are at this moment.
    NamespaceTrust of(String namespace) {
        Map<String, String> labels = new HashMap<>();
        objects.namespace(namespace)
                .ifPresent(found ->
                        found.path("metadata")
                                .path("labels")
                                .properties()
                                .forEach(label ->
                                        labels.put(label.getKey(), label.getValue().asText())));
        return NamespaceTrust.of(namespace, labels, byDefault);
    }
}
