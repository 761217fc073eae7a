package dev.glovebox.apiserver.quota;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.amounts.Amounts;
import dev.glovebox.apiserver.schema.Quantity;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Claims of persistent volumes: how many, and how much they ask for, in all and by storage class.
final class ClaimEvaluator implements Evaluator {
    private static final String COUNT = "count/persistentvolumeclaims";
    private static final String CLAIMS = "persistentvolumeclaims";
    private static final String STORAGE = "requests.storage";
    private static final String OF_CLASS = ".storageclass.storage.k8s.io/";
    private static final String CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

    @Override
    public boolean handles(String subresource, JsonNode object, Optional<? extends JsonNode> old) {
        return switch (subresource) {
            case "" -> true;
            case "status" -> old.isPresent() && countsOtherwise(object, old.get());
            default -> false;
        };
    }

    private static boolean countsOtherwise(JsonNode claim, JsonNode old) {
        return !claim.path("status")
                        .path("allocatedResources")
                        .path("storage")
                        .equals(old.path("status").path("allocatedResources").path("storage"))
                || !attributesClasses(claim).equals(attributesClasses(old));
    }

    @Override
    public boolean tracks(String name) {
        return List.of(COUNT, CLAIMS, STORAGE).contains(name)
                || name.endsWith(OF_CLASS + CLAIMS)
                || name.endsWith(OF_CLASS + STORAGE);
    }

    @Override
    public Amounts usage(JsonNode claim, Instant now) {
        Map<String, Quantity> usage = new TreeMap<>();
        usage.put(CLAIMS, Quantity.of(1));
        usage.put(COUNT, Quantity.of(1));
        Optional<Quantity> storage = storage(claim);
        storage.ifPresent(amount -> usage.put(STORAGE, amount));
        String storageClass =
                claim.path("metadata")
                        .path("annotations")
                        .path(CLASS_ANNOTATION)
                        .asText(claim.path("spec").path("storageClassName").asText());
        if (!storageClass.isEmpty()) {
            usage.put(storageClass + OF_CLASS + CLAIMS, Quantity.of(1));
            storage.ifPresent(amount -> usage.put(storageClass + OF_CLASS + STORAGE, amount));
        }
        return Amounts.of(usage);
    }

    private static Optional<Quantity> storage(JsonNode claim) {
        JsonNode spec = claim.path("spec").path("resources").path("requests");
        JsonNode status = claim.path("status").path("allocatedResources");
        return Amounts.read(spec)
                .get("storage")
                .map(asked ->
                        Amounts.read(status)
                                .get("storage")
                                .filter(given -> given.compareTo(asked) > 0)
                                .orElse(asked))
                .map(Quantity::roundedUp);
    }

    @Override
    public boolean covers(ScopeRequirement scope, JsonNode claim) {
        return scope.scope().equals("VolumeAttributesClass")
                && scope.isMetBy(attributesClasses(claim));
    }

    private static Set<String> attributesClasses(JsonNode claim) {
        Set<String> names = new HashSet<>();
        JsonNode status = claim.path("status");
        names.add(claim.path("spec").path("volumeAttributesClassName").asText());
        names.add(status.path("currentVolumeAttributesClassName").asText());
        names.add(
                status.path("modifyVolumeStatus").path("targetVolumeAttributesClassName").asText());
        names.remove("");
        return names;
    }
}
