package dev.glovebox.apiserver.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Which kinds of volumes a pod has.
final class Volumes {
    private static final Set<String> HARMLESS =
            Set.of(
                    "configMap",
                    "csi",
                    "downwardAPI",
                    "emptyDir",
                    "ephemeral",
                    "image",
                    "persistentVolumeClaim",
                    "projected",
                    "secret");
    private static final List<String> OTHERS =
            List.of(
                    "hostPath",
                    "gcePersistentDisk",
                    "awsElasticBlockStore",
                    "gitRepo",
                    "nfs",
                    "iscsi",
                    "glusterfs",
                    "rbd",
                    "flexVolume",
                    "cinder",
                    "cephfs",
                    "flocker",
                    "fc",
                    "azureFile",
                    "vsphereVolume",
                    "quobyte",
                    "azureDisk",
                    "photonPersistentDisk",
                    "portworxVolume",
                    "scaleIO",
                    "storageos");

    private Volumes() {}

    static List<String> named(CheckedPod pod, Predicate<JsonNode> holds) {
        List<String> names = new ArrayList<>();
        for (JsonNode volume : pod.spec().path("volumes")) {
            if (holds.test(volume)) {
                names.add(volume.path("name").asText());
            }
        }
        return names;
    }

    /// `volumes "a", "b"`.
    static String text(List<String> names) {
        return CheckedPod.plural("volume", "volumes", names.size())
                + " "
                + CheckedPod.quoted(names);
    }

    static Optional<Violation> restricted(CheckedPod pod) {
        Set<String> kinds = new TreeSet<>();
        List<String> bad =
                named(
                        pod,
                        volume -> {
                            boolean harmless = HARMLESS.stream().anyMatch(volume::has);
                            if (!harmless) {
                                kinds.add(
                                        OTHERS.stream()
                                                .filter(volume::has)
                                                .findFirst()
                                                .orElse("unknown"));
                            }
                            return !harmless;
                        });
        return bad.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Violation(
                                "restricted volume types",
                                "%s %s %s %s"
                                        .formatted(
                                                text(bad),
                                                CheckedPod.plural("uses", "use", bad.size()),
                                                CheckedPod.plural(
                                                        "restricted volume type",
                                                        "restricted volume types",
                                                        kinds.size()),
                                                CheckedPod.quoted(kinds))));
    }
}
