package dev.glovebox.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.Names;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClassBuilder;
import io.fabric8.kubernetes.api.model.node.v1.Scheduling;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The RuntimeClasses that the engine makes: one for each runtime that was seen to work on a node
/// of its own, by the runtime's name, for the nodes whose agents say the same (label
/// `runtime.glovebox.dev/NAME=ready`). Each is made once. What its users change stays changed, and
/// one that they remove stays away: [#MADE], an annotation of the namespace `kube-system`, says
/// which were made. Agents of nodes have no part in it: they may read classes and no more.
final class OwnClasses {
    /// Label of nodes with gVisor, and what its class selected, of engines of before.
    static final String FORMER_LABEL = "glovebox.dev/gvisor";

    /// Annotation of `kube-system`: names of classes that were made, with commas between them.
    static final String MADE = Names.RUNTIME_PREFIX + "classes";

    private static final Logger LOG = LoggerFactory.getLogger(OwnClasses.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectKey SYSTEM = ObjectKey.of("kube-system");

    /// Those that engines of before made, without a selector or with that of [#FORMER_LABEL].
    private static final Map<String, String> FORMER =
            Map.of(Names.GVISOR_CLASS, Names.GVISOR_HANDLER, Names.RUNC, Names.RUNC);

    private final Cluster administrator;

    OwnClasses(Cluster administrator) {
        this.administrator = administrator;
    }

    /// Makes the class of a handler, where that was never done. An API that refuses is told of in
    /// the log: the rest of the engine does not need the class.
    ///
    /// @param published the overhead that a new class begins with; empty for none
    void make(String handler, Optional<ClassOverhead> published) {
        String name = Names.runtime(handler);
        try {
            Set<String> made = made();
            if (!made.contains(name) && isOurs(name, handler, published)) {
                made.add(name);
                remember(made);
            }
        } catch (ApiException e) {
            LOG.atError()
                    .addKeyValue("class", name)
                    .setCause(e)
                    .log("a RuntimeClass could not be made");
        }
    }

    /// Whether Glovebox looks after a class: it made it, and nobody has taken its mark away.
    static boolean isOurs(RuntimeClass known) {
        return Names.GLOVEBOX.equals(
                Optional.ofNullable(known.getMetadata().getLabels())
                        .orElse(Map.of())
                        .get(Names.MANAGED_BY));
    }

    /// Makes it, or takes over what an engine of before made; false where it is its users'.
    private boolean isOurs(String name, String handler, Optional<ClassOverhead> published) {
        Optional<RuntimeClass> known =
                administrator.get(Resource.RUNTIME_CLASSES, ObjectKey.of(name));
        if (known.isEmpty()) {
            administrator.create(Resource.RUNTIME_CLASSES, made(name, handler, published));
            return true;
        }
        if (isOurs(known.get())) {
            return true;
        }
        if (isFormer(known.get())) {
            patch(Resource.RUNTIME_CLASSES, ObjectKey.of(name), takenOver(name));
            return true;
        }
        if (selectsFormer(known.get())) {
            patch(Resource.RUNTIME_CLASSES, ObjectKey.of(name), selecting(name));
        }
        return false;
    }

    /// Whether one that is its users' still wants the label that no node has any more. That key was
    /// never theirs.
    private static boolean selectsFormer(RuntimeClass known) {
        return known.getHandler().equals(FORMER.get(known.getMetadata().getName()))
                && Optional.ofNullable(known.getScheduling())
                        .map(Scheduling::getNodeSelector)
                        .map(selector -> "true".equals(selector.get(FORMER_LABEL)))
                        .orElse(false);
    }

    private static RuntimeClass made(
            String name, String handler, Optional<ClassOverhead> published) {
        RuntimeClassBuilder made =
                new RuntimeClassBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels(Names.MANAGED_BY, Names.GLOVEBOX)
                        .endMetadata()
                        .withHandler(handler)
                        .withNewScheduling()
                        .addToNodeSelector(Names.RUNTIME_PREFIX + name, Names.READY)
                        .endScheduling();
        published.ifPresent(overhead ->
                made.editMetadata()
                        .addToAnnotations(Names.OVERHEAD_ANNOTATION, overhead.annotation())
                        .endMetadata()
                        .withNewOverhead()
                        .withPodFixed(overhead.quantities())
                        .endOverhead());
        return made.build();
    }

    /// As an engine of before left it: nobody has said anything about it.
    private static boolean isFormer(RuntimeClass known) {
        Optional<Scheduling> scheduling = Optional.ofNullable(known.getScheduling());
        Map<String, String> selector = scheduling.map(Scheduling::getNodeSelector).orElse(Map.of());
        return known.getHandler().equals(FORMER.get(known.getMetadata().getName()))
                && known.getOverhead() == null
                && (selector.isEmpty() || selector.equals(Map.of(FORMER_LABEL, "true")))
                && scheduling.map(Scheduling::getTolerations).stream().allMatch(t -> t.isEmpty());
    }

    private static ObjectNode takenOver(String name) {
        ObjectNode patch = selecting(name);
        patch.withObject("/metadata/labels").put(Names.MANAGED_BY, Names.GLOVEBOX);
        return patch;
    }

    private static ObjectNode selecting(String name) {
        ObjectNode patch = JSON.createObjectNode();
        patch.withObject("/scheduling/nodeSelector")
                .put(Names.RUNTIME_PREFIX + name, Names.READY)
                .putNull(FORMER_LABEL);
        return patch;
    }

    private Set<String> made() {
        String names =
                administrator
                        .get(Resource.NAMESPACES, SYSTEM)
                        .map(each -> each.getMetadata().getAnnotations())
                        .map(each -> each.get(MADE))
                        .orElse("");
        Set<String> made = new TreeSet<>(Arrays.asList(names.split(",")));
        made.remove("");
        return made;
    }

    private void remember(Set<String> made) {
        ObjectNode patch = JSON.createObjectNode();
        patch.withObject("/metadata/annotations").put(MADE, String.join(",", made));
        patch(Resource.NAMESPACES, SYSTEM, patch);
    }

    private <T extends HasMetadata> void patch(
            Resource<T> resource, ObjectKey key, ObjectNode patch) {
        administrator.patch(resource, key, Patch.merge(patch), "");
    }
}
