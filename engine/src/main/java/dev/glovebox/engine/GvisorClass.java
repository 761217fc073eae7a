package dev.glovebox.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.Names;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.fabric8.kubernetes.api.model.node.v1.Scheduling;
import java.util.Map;
import java.util.Optional;

/// Where the built-in RuntimeClass of gVisor is to be had: an untrusted pod gets that class without
/// asking, and would wait for ever on a node that is to have none. What else the class says of
/// scheduling is the users'.
final class GvisorClass {
    private final Cluster administrator;

    GvisorClass(Cluster administrator) {
        this.administrator = administrator;
    }

    /// Has the class select the nodes that are labelled with gVisor.
    void onLabelledNodes() {
        select(Optional.of("true"));
    }

    /// Has it select every node: each has what the machine has, and so may nodes that joined.
    void onEveryNode() {
        select(Optional.empty());
    }

    /// A class that is as it should be is left alone, and so is one that users have removed.
    private void select(Optional<String> value) {
        ObjectKey key = ObjectKey.of(Names.GVISOR_CLASS);
        Optional<RuntimeClass> found = administrator.get(Resource.RUNTIME_CLASSES, key);
        if (found.isEmpty() || selected(found.get()).equals(value)) {
            return;
        }
        ObjectNode patch = new ObjectMapper().createObjectNode();
        ObjectNode selector = patch.putObject("scheduling").putObject("nodeSelector");
        value.ifPresentOrElse(
                text -> selector.put(Names.GVISOR_LABEL, text),
                () -> selector.putNull(Names.GVISOR_LABEL));
        administrator.patch(Resource.RUNTIME_CLASSES, key, new Patch.Merge(patch.toString()), "");
    }

    private static Optional<String> selected(RuntimeClass found) {
        return Optional.ofNullable(found.getScheduling())
                .map(Scheduling::getNodeSelector)
                .map((Map<String, String> selector) -> selector.get(Names.GVISOR_LABEL));
    }
}
