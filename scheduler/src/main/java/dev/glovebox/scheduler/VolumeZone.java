package dev.glovebox.scheduler;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A volume that says by its labels in which zones and regions it is goes to nodes there, and to
/// nodes that say nothing of either. Source: kube-scheduler's VolumeZone.
final class VolumeZone implements Filter {
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String REGION = "topology.kubernetes.io/region";

    /// Each label, and the one that came after it.
    private static final Map<String, String> LABELS =
            Map.of(
                    ZONE,
                    ZONE,
                    REGION,
                    REGION,
                    "failure-domain.beta.kubernetes.io/zone",
                    ZONE,
                    "failure-domain.beta.kubernetes.io/region",
                    REGION);

    private record Place(String label, Set<String> values) {}

    private final List<Place> places;

    VolumeZone(Storage storage, PodClaims claims) {
        this.places =
                claims.boundAndNamed().stream()
                        .flatMap(claim ->
                                Stream.ofNullable(
                                        storage.volumes().get(claim.getSpec().getVolumeName())))
                        .flatMap(VolumeZone::places)
                        .toList();
    }

    private static Stream<Place> places(PersistentVolume volume) {
        Map<String, String> labels = volume.getMetadata().getLabels();
        return labels == null
                ? Stream.empty()
                : labels.entrySet().stream()
                        .filter(label -> LABELS.containsKey(label.getKey()))
                        .map(label -> new Place(label.getKey(), values(label.getValue())))
                        .filter(place -> !place.values().contains(""));
    }

    private static Set<String> values(String label) {
        return Stream.of(label.split("__", -1)).map(String::strip).collect(Collectors.toSet());
    }

    @Override
    public Optional<Refusal> refuse(NodeState node) {
        Map<String, String> labels = node.labels();
        boolean somewhere = LABELS.keySet().stream().anyMatch(labels::containsKey);
        return !somewhere || places.stream().allMatch(place -> isThere(place, labels))
                ? Optional.empty()
                : Refusal.lasting("node(s) had no available volume zone");
    }

    private static boolean isThere(Place place, Map<String, String> labels) {
        String value = labels.get(place.label());
        String later = labels.get(LABELS.get(place.label()));
        return value != null
                ? place.values().contains(value)
                : later != null && place.values().contains(later);
    }
}
