package dev.glovebox.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.Names;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.node.v1.Overhead;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import java.util.Map;
import java.util.Optional;

/// Writes overheads into RuntimeClasses that are ours, and leaves those of users alone: what the
/// annotation says that we wrote is ours, and everything else a user's.
final class ClassOverheads {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRIES = 5;

    private final Cluster administrator;

    ClassOverheads(Cluster administrator) {
        this.administrator = administrator;
    }

    /// What became of an overhead.
    enum Outcome {
        /// The class has it.
        WRITTEN("written"),
        /// There is no such class.
        NO_CLASS("there is no such class"),
        /// Somebody else made the class, or took our mark away.
        THEIR_CLASS("the class is its users', and stays as it is"),
        /// Somebody wrote another overhead, or took ours away.
        THEIR_FIGURE("the class has an overhead of its users', which stays");

        private final String words;

        Outcome(String words) {
            this.words = words;
        }

        /// In words.
        String words() {
            return words;
        }
    }

    /// Writes a class's overhead, where that is ours to write. Pods that are there keep theirs.
    ///
    /// @throws ApiException when the API refuses
    Outcome write(String name, ClassOverhead overhead) {
        for (int tries = 1; tries < TRIES; tries++) {
            try {
                return writeOnce(name, overhead);
            } catch (ApiException e) {
                if (e.reason() != StatusReason.CONFLICT) {
                    throw e;
                }
            }
        }
        return writeOnce(name, overhead);
    }

    private Outcome writeOnce(String name, ClassOverhead overhead) {
        ObjectKey key = ObjectKey.of(name);
        Optional<RuntimeClass> found = administrator.get(Resource.RUNTIME_CLASSES, key);
        if (found.isEmpty()) {
            return Outcome.NO_CLASS;
        }
        RuntimeClass known = found.get();
        if (!OwnClasses.isOurs(known)) {
            return Outcome.THEIR_CLASS;
        }
        String before = annotation(known);
        if (!podFixed(known).equals(ClassOverhead.written(before).orElse(null))) {
            return Outcome.THEIR_FIGURE;
        }
        if (!before.equals(overhead.annotation())) {
            administrator.patch(
                    Resource.RUNTIME_CLASSES, key, Patch.merge(patch(known, overhead)), "");
        }
        return Outcome.WRITTEN;
    }

    /// Of the very version of the class that was looked at.
    private static ObjectNode patch(RuntimeClass known, ClassOverhead overhead) {
        ObjectNode patch = JSON.createObjectNode();
        patch.withObject("/metadata")
                .put("resourceVersion", known.getMetadata().getResourceVersion());
        patch.withObject("/metadata/annotations")
                .put(Names.OVERHEAD_ANNOTATION, overhead.annotation());
        ObjectNode fixed = patch.withObject("/overhead/podFixed");
        podFixed(known).keySet().forEach(fixed::putNull);
        overhead.podFixed().forEach(fixed::put);
        if (overhead.podFixed().isEmpty()) {
            patch.putNull("overhead");
        }
        return patch;
    }

    /// Nothing was written where there is no annotation.
    private static String annotation(RuntimeClass known) {
        return Optional.ofNullable(known.getMetadata().getAnnotations())
                .map(all -> all.get(Names.OVERHEAD_ANNOTATION))
                .orElse("{\"podFixed\":{}}");
    }

    private static Map<String, Quantity> podFixed(RuntimeClass known) {
        return Optional.ofNullable(known.getOverhead()).map(Overhead::getPodFixed).orElse(Map.of());
    }
}
