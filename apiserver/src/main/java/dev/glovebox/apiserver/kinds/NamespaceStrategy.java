package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.MetaRules;
import dev.glovebox.apiserver.rules.Words;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What no schema says about namespaces: they carry their name as a label, and they stay until what
/// is in them is gone (`spec.finalizers`, changed only through `namespaces/finalize`).
final class NamespaceStrategy implements Strategy {
    private static final String NAME_LABEL = "kubernetes.io/metadata.name";

    private static final Map<String, UpdateStrategy> UPDATES =
            Map.of(
                    "", NamespaceStrategy::keepSpecAndStatus,
                    "status", UpdateStrategy.STATUS,
                    "finalize", UpdateStrategy.WHOLE);

    @Override
    public MetaRules.NameRule names() {
        return Words::label;
    }

    @Override
    public void applyDefaults(ObjectNode namespace) {
        ObjectNode metadata = Trees.object(namespace, "metadata");
        if (metadata.has("name")) {
            Trees.object(metadata, "labels").set(NAME_LABEL, metadata.get("name"));
        }
        Trees.orText(Trees.object(namespace, "status"), "phase", "Active");
    }

    @Override
    public void prepareCreate(ObjectNode namespace) {
        namespace.putObject("status").put("phase", "Active");
        Trees.object(namespace, "spec").putArray("finalizers").add("kubernetes");
    }

    private static void keepSpecAndStatus(ObjectNode namespace, ObjectNode old) {
        UpdateStrategy.keep(namespace, old, "spec");
        UpdateStrategy.keep(namespace, old, "status");
    }

    @Override
    public Optional<UpdateStrategy> update(String subresource) {
        return Optional.ofNullable(UPDATES.get(subresource));
    }

    @Override
    public Map<String, Function<JsonNode, String>> fields() {
        return Map.ofEntries(Selectable.text("status.phase"));
    }

    @Override
    public boolean staysWhenDeleted(ObjectNode namespace) {
        return !namespace.path("spec").path("finalizers").isEmpty();
    }

    @Override
    public void markDeleted(ObjectNode namespace) {
        Trees.object(namespace, "metadata").remove("deletionGracePeriodSeconds");
        Trees.object(namespace, "status").put("phase", "Terminating");
    }

    @Override
    public boolean returnsDeleted() {
        return true;
    }
}
