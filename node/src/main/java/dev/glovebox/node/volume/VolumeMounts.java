package dev.glovebox.node.volume;

import dev.glovebox.cri.Mount;
import dev.glovebox.cri.MountPropagation;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.spec.Expansion;
import dev.glovebox.node.spec.SpecException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A container's mounts of its pod's volumes, as CRI is told.
///
/// @param uid of the pod
/// @param paths where each volume lies, by name
/// @param readOnly names of volumes that nobody may write, whatever the mount says
record VolumeMounts(String uid, Map<String, Path> paths, Set<String> readOnly, SubPaths subPaths) {
    private static final String NONE = "None";

    /// Copies.
    VolumeMounts {
        paths = Map.copyOf(paths);
        readOnly = Set.copyOf(readOnly);
    }

    /// The mounts of one container, parts of volumes made and mounted.
    ///
    /// @param environment of the container, for `subPathExpr`
    /// @throws VolumeException when one cannot be had
    List<Mount> of(Container container, Map<String, String> environment) {
        List<Mount> all = new ArrayList<>();
        List<VolumeMount> mounts = PodFacts.orEmpty(container.getVolumeMounts());
        for (int i = 0; i < mounts.size(); i++) {
            all.add(mount(container, mounts.get(i), i, environment));
        }
        return all;
    }

    private Mount mount(
            Container container, VolumeMount mount, int index, Map<String, String> environment) {
        String volume = mount.getName();
        Path path = paths.get(volume);
        if (path == null) {
            throw new VolumeException(
                    "cannot find volume \"%s\" to mount into container \"%s\""
                            .formatted(volume, container.getName()));
        }
        refuseWhatCannotBeSaid(mount);
        String part = subPath(mount, environment);
        if (!part.isEmpty()) {
            path =
                    subPaths.mount(
                            new SubPaths.Part(uid, volume, path, part, container.getName(), index));
        }
        return Mount.newBuilder()
                .setContainerPath(mount.getMountPath())
                .setHostPath(path.toString())
                .setReadonly(Boolean.TRUE.equals(mount.getReadOnly()) || readOnly.contains(volume))
                .setPropagation(propagation(or(mount.getMountPropagation(), NONE)))
                .build();
    }

    private static String subPath(VolumeMount mount, Map<String, String> environment) {
        String expression = or(mount.getSubPathExpr(), "");
        if (expression.isEmpty()) {
            return or(mount.getSubPath(), "");
        }
        List<String> missing = Expansion.missing(expression, environment);
        if (!missing.isEmpty()) {
            throw new SpecException("missing value for " + String.join(", ", missing));
        }
        return Expansion.expand(expression, environment);
    }

    private static MountPropagation propagation(String mode) {
        return switch (mode) {
            case NONE -> MountPropagation.PROPAGATION_PRIVATE;
            case "HostToContainer" -> MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
            case "Bidirectional" -> MountPropagation.PROPAGATION_BIDIRECTIONAL;
            default -> throw new VolumeException("invalid MountPropagation mode: \"" + mode + "\"");
        };
    }

    /// CRI has a field for mounts that are read-only all the way down, which containerd reads from
    /// 2.0 on; what reads it not would mount them writable below.
    private static void refuseWhatCannotBeSaid(VolumeMount mount) {
        if (or(mount.getRecursiveReadOnly(), "Disabled").equals("Enabled")) {
            throw new VolumeException(
                    "failed to resolve recursive read-only mode: volume \""
                            + mount.getName()
                            + "\" requested recursive read-only mode, but it is not supported by"
                            + " the runtime");
        }
    }

    private static String or(@Nullable String text, String otherwise) {
        return text == null || text.isEmpty() ? otherwise : text;
    }
}
