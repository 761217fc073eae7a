package dev.glovebox.node.volume;

import dev.glovebox.cri.Mount;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.spec.PodObjects;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.HostAlias;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/// Volumes and files of pods, below `pods/UID`.
public final class PodVolumes {
    private static final Path MACHINE_HOSTS = Path.of("/etc/hosts");

    private static final String EMPTY_DIR = "kubernetes.io~empty-dir";

    private final PodDirectories directories;
    private final ContentVolumes contents;
    private final SubPaths subPaths;

    /// Volumes below a directory that holds one directory a pod.
    public PodVolumes(PodDirectories directories, ContentVolumes contents) {
        this.directories = directories;
        this.contents = contents;
        this.subPaths = new SubPaths(directories);
    }

    /// Makes whatever the pod's volumes need. Idempotent.
    ///
    /// @throws VolumeException when one of them cannot be had: nothing of the pod may start
    public void prepare(Pod pod) {
        paths(pod)
                .forEach((volume, path) -> {
                    if (volume.getEmptyDir() != null) {
                        emptyDir(pod, volume.getName(), volume.getEmptyDir(), path);
                    } else if (volume.getHostPath() != null) {
                        HostPaths.prepare(volume.getName(), volume.getHostPath());
                    } else {
                        contents.prepare(pod, volume, path);
                    }
                });
    }

    /// Brings what the API fills up to the API's state, in a pod that was prepared.
    ///
    /// @param objects of the API
    /// @throws VolumeException when a volume cannot be; it stays as it is
    public void refresh(Pod pod, PodObjects objects) {
        contents.refresh(pod, paths(pod), objects);
    }

    /// The mounts of one container; its volumes are prepared.
    ///
    /// @param environment of the container
    /// @param addresses the pod's, empty where it has none
    /// @param names of the pod's addresses, for `/etc/hosts`
    public List<Mount> mounts(
            Pod pod,
            Container container,
            int attempt,
            Map<String, String> environment,
            List<String> addresses,
            List<String> names) {
        List<Mount> all = new ArrayList<>(volumeMounts(pod).of(container, environment));
        boolean ownHosts = all.stream().anyMatch(m -> m.getContainerPath().equals("/etc/hosts"));
        if (!ownHosts) {
            all.add(file("/etc/hosts", hosts(pod, addresses, names)));
        }
        all.add(file(messagePath(container), messageFile(pod, container, attempt)));
        return all;
    }

    private VolumeMounts volumeMounts(Pod pod) {
        Map<String, Path> paths = new HashMap<>();
        Set<String> readOnly = new HashSet<>();
        paths(pod)
                .forEach((volume, path) -> {
                    paths.put(volume.getName(), path);
                    if (ContentVolumes.holds(volume)) {
                        readOnly.add(volume.getName());
                    }
                });
        return new VolumeMounts(pod.getMetadata().getUid(), paths, readOnly, subPaths);
    }

    /// What a container wrote to its termination log; empty for nothing.
    public String terminationMessage(String uid, String container, int attempt) {
        Path file = message(uid, container, attempt);
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return "";
            }
            try (var in = Files.newInputStream(file)) {
                return new String(in.readNBytes(4096), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new VolumeException("cannot read " + file, e);
        }
    }

    /// Where a pod's emptyDirs on disk lie, by name of the volume.
    public Map<String, Path> emptyDirsOnDisk(Pod pod) {
        Map<String, Path> all = new HashMap<>();
        for (Volume volume : PodFacts.orEmpty(pod.getSpec().getVolumes())) {
            EmptyDirVolumeSource source = volume.getEmptyDir();
            if (source != null && !"Memory".equals(source.getMedium())) {
                all.put(volume.getName(), path(pod, EMPTY_DIR, volume.getName()));
            }
        }
        return all;
    }

    /// The pod's `/etc/hosts`, which its containers may write.
    public Path hostsFile(Pod pod) {
        return directories.of(pod.getMetadata().getUid()).resolve("etc-hosts");
    }

    /// Directory of the termination messages of a container of that name.
    public Path messages(Pod pod, String container) {
        return messages(pod.getMetadata().getUid(), container);
    }

    private Path messages(String uid, String container) {
        return directories.of(uid).resolve("containers").resolve(container);
    }

    private Path path(Pod pod, String plugin, String volume) {
        return directories
                .of(pod.getMetadata().getUid())
                .resolve("volumes")
                .resolve(plugin)
                .resolve(volume);
    }

    /// Removes everything of a pod. Idempotent.
    public void remove(String uid) {
        directories.remove(uid);
        contents.forget(uid);
    }

    /// Directories of pods' logs below that of all.
    public List<Path> logs(Path all) {
        return PodDirectories.list(all);
    }

    /// Removes the logs of a pod. Idempotent.
    public void removeLogs(Path directory) {
        PodDirectories.removeTree(directory);
    }

    /// Pods that have a directory, by uid.
    public List<String> uids() {
        return directories.uids();
    }

    private Map<Volume, Path> paths(Pod pod) {
        Map<Volume, Path> paths = new HashMap<>();
        for (Volume volume : PodFacts.orEmpty(pod.getSpec().getVolumes())) {
            String plugin =
                    volume.getEmptyDir() != null ? EMPTY_DIR : ContentVolumes.plugin(volume);
            if (!plugin.isEmpty()) {
                paths.put(volume, path(pod, plugin, volume.getName()));
            } else if (volume.getHostPath() != null) {
                paths.put(volume, Path.of(volume.getHostPath().getPath()));
            } else {
                throw new VolumeException(
                        "volume \""
                                + volume.getName()
                                + "\" is of a kind that this node does not mount: "
                                + ForeignVolumes.kind(volume));
            }
        }
        return paths;
    }

    private void emptyDir(Pod pod, String name, EmptyDirVolumeSource source, Path path) {
        String medium = source.getMedium() == null ? "" : source.getMedium();
        try {
            Files.createDirectories(path);
            switch (medium) {
                case "" -> {}
                case "Memory" -> {
                    if (!directories.mounts().isMounted(path)) {
                        directories.mounts().memory(path, size(source));
                    }
                }
                default ->
                        throw new VolumeException(
                                "volume \"" + name + "\": medium " + medium + " is not served yet");
            }
            OptionalLong group = PodUsers.group(pod);
            if (group.isPresent()) {
                Files.setAttribute(path, "unix:gid", Math.toIntExact(group.getAsLong()));
            }
            Files.setAttribute(path, "unix:mode", mode(medium, group));
        } catch (IOException e) {
            throw new VolumeException("volume \"" + name + "\": cannot make " + path, e);
        }
    }

    /// Open to all; in memory only owners remove their files, as tmpfs itself has it and so the
    /// kubelet's volumes. A group that owns the volume gets all that is made in it.
    private static int mode(String medium, OptionalLong group) {
        int open = medium.isEmpty() ? 0777 : 01777;
        return group.isPresent() ? open | 02000 : open;
    }

    private static String size(EmptyDirVolumeSource source) {
        return source.getSizeLimit() == null
                ? "mode=1777"
                : "mode=1777,size=" + source.getSizeLimit().getNumericalAmount().toBigInteger();
    }

    private static Mount file(String inside, Path outside) {
        return Mount.newBuilder().setContainerPath(inside).setHostPath(outside.toString()).build();
    }

    private Path hosts(Pod pod, List<String> addresses, List<String> names) {
        Path file = hostsFile(pod);
        StringBuilder text =
                new StringBuilder(
                        Boolean.TRUE.equals(pod.getSpec().getHostNetwork())
                                ? "# Kubernetes-managed hosts file (host network).\n"
                                        + machineHosts()
                                : ownHosts(addresses, names));
        List<HostAlias> aliases = PodFacts.orEmpty(pod.getSpec().getHostAliases());
        if (!aliases.isEmpty()) {
            text.append("\n# Entries added by HostAliases.\n");
        }
        for (HostAlias alias : aliases) {
            text.append(alias.getIp())
                    .append('\t')
                    .append(String.join("\t", alias.getHostnames()))
                    .append('\n');
        }
        try {
            Files.createDirectories(directories.of(pod.getMetadata().getUid()));
            Files.writeString(file, text);
            return file;
        } catch (IOException e) {
            throw new VolumeException("cannot write " + file, e);
        }
    }

    /// Of a pod with a network of its own.
    private static String ownHosts(List<String> addresses, List<String> names) {
        String usual =
                """
                # Kubernetes-managed hosts file.
                127.0.0.1\tlocalhost
                ::1\tlocalhost ip6-localhost ip6-loopback
                fe00::0\tip6-localnet
                fe00::0\tip6-mcastprefix
                fe00::1\tip6-allnodes
                fe00::2\tip6-allrouters
                """;
        return usual
                + addresses.stream()
                        .map(each -> each + "\t" + String.join("\t", names) + "\n")
                        .collect(Collectors.joining());
    }

    /// The machine's own.
    private static String machineHosts() {
        try {
            return Files.readString(MACHINE_HOSTS);
        } catch (IOException e) {
            throw new VolumeException("cannot read " + MACHINE_HOSTS, e);
        }
    }

    private static String messagePath(Container container) {
        return Optional.ofNullable(container.getTerminationMessagePath())
                .filter(path -> !path.isEmpty())
                .orElse("/dev/termination-log");
    }

    private Path message(String uid, String container, int attempt) {
        return messages(uid, container).resolve(Integer.toString(attempt));
    }

    private Path messageFile(Pod pod, Container container, int attempt) {
        Path file = message(pod.getMetadata().getUid(), container.getName(), attempt);
        try {
            Files.createDirectories(messages(pod, container.getName()));
            Files.writeString(file, "");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
            return file;
        } catch (IOException e) {
            throw new VolumeException("cannot make " + file, e);
        }
    }
}
