package dev.glovebox.scheduler;

import dev.glovebox.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the API knows about volumes that outlive pods.
///
/// @param claims by namespace and name
/// @param volumes by name
/// @param classes by name
public record Storage(
        Map<ObjectKey, PersistentVolumeClaim> claims,
        Map<String, PersistentVolume> volumes,
        Map<String, StorageClass> classes) {
    /// Nothing.
    public static final Storage NONE = new Storage(Map.of(), Map.of(), Map.of());

    private static final String CLASS = "volume.beta.kubernetes.io/storage-class";

    /// Copies the maps.
    public Storage {
        claims = Map.copyOf(claims);
        volumes = Map.copyOf(volumes);
        classes = Map.copyOf(classes);
    }

    /// All that there is.
    static Storage of(
            Collection<PersistentVolumeClaim> claims,
            Collection<PersistentVolume> volumes,
            Collection<StorageClass> classes) {
        return new Storage(
                claims.stream().collect(Collectors.toMap(ObjectKey::of, Function.identity())),
                volumes.stream()
                        .collect(
                                Collectors.toMap(
                                        each -> each.getMetadata().getName(), Function.identity())),
                classes.stream()
                        .collect(
                                Collectors.toMap(
                                        each -> each.getMetadata().getName(),
                                        Function.identity())));
    }

    /// The class of a claim; null where it has none, or there is no such class.
    @Nullable StorageClass classOf(PersistentVolumeClaim claim) {
        return classes.get(className(claim));
    }

    /// The name of a claim's class; empty for none.
    static String className(PersistentVolumeClaim claim) {
        return named(claim.getMetadata().getAnnotations(), claim.getSpec().getStorageClassName());
    }

    /// The name of a volume's class; empty for none.
    static String className(PersistentVolume volume) {
        return named(volume.getMetadata().getAnnotations(), volume.getSpec().getStorageClassName());
    }

    /// The annotation is from before the field, and still comes first.
    private static String named(@Nullable Map<String, String> annotations, @Nullable String field) {
        String annotated = annotations == null ? null : annotations.get(CLASS);
        return annotated != null ? annotated : Objects.requireNonNullElse(field, "");
    }
}
