package dev.glovebox.node.volume;

import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.spec.NodeView;
import dev.glovebox.node.spec.PodFields;
import dev.glovebox.node.spec.PodObjects;
import dev.glovebox.node.spec.SpecException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is to be in a volume that the API fills: of a ConfigMap, a Secret, the pod's own fields,
/// tokens, or several of them. Source: kubelet's volume plugins.
final class VolumeContents {
    private static final int DEFAULT_MODE = 0644;

    /// What is left of a source for a feature that is off: the API server takes out what it names.
    private static final VolumeProjection NOTHING = new VolumeProjection();

    /// Most files and most bytes of one volume. The API lets a ConfigMap or Secret have 1 MiB; a
    /// volume that is projected from many is held to this.
    private static final int MOST_FILES = 4096;

    static final int MOST_BYTES = 8 << 20;

    private final PodObjects objects;
    private final PodTokens tokens;
    private final NodeView node;

    VolumeContents(PodObjects objects, PodTokens tokens, NodeView node) {
        this.objects = objects;
        this.tokens = tokens;
        this.node = node;
    }

    /// The files, by relative paths that stay inside the volume.
    ///
    /// @throws VolumeException when something is missing that is not optional, or it is too much
    Map<String, FileContent> of(Pod pod, Volume volume) {
        Map<String, FileContent> files = new TreeMap<>();
        try {
            collect(pod, volume, files);
        } catch (SpecException e) {
            throw new VolumeException(failed(volume, e.getMessage()), e);
        } catch (MissingException e) {
            throw new MissingException(failed(volume, e.getMessage()), e);
        } catch (VolumeException e) {
            throw new VolumeException(failed(volume, e.getMessage()), e);
        }
        long bytes = files.values().stream().mapToLong(file -> file.bytes().length).sum();
        if (files.size() > MOST_FILES || bytes > MOST_BYTES) {
            throw new VolumeException(
                    failed(
                            volume,
                            "%d files of %d bytes are more than %d of %d"
                                    .formatted(files.size(), bytes, MOST_FILES, MOST_BYTES)));
        }
        return files;
    }

    private static String failed(Volume volume, @Nullable String cause) {
        return failure(volume.getName(), cause);
    }

    /// That a volume could not be made, in the kubelet's words.
    static String failure(String volume, @Nullable String cause) {
        return "MountVolume.SetUp failed for volume \"" + volume + "\" : " + cause;
    }

    private void collect(Pod pod, Volume volume, Map<String, FileContent> files) {
        if (volume.getConfigMap() != null) {
            var source = volume.getConfigMap();
            keyed(
                    configMap(pod, source.getName(), source.getOptional()),
                    new Keyed(source.getItems(), source.getDefaultMode(), source.getOptional()),
                    files);
        } else if (volume.getSecret() != null) {
            var source = volume.getSecret();
            keyed(
                    secret(pod, source.getSecretName(), source.getOptional()),
                    new Keyed(source.getItems(), source.getDefaultMode(), source.getOptional()),
                    files);
        } else if (volume.getDownwardAPI() != null) {
            var source = volume.getDownwardAPI();
            fields(pod, source.getItems(), source.getDefaultMode(), files);
        } else if (volume.getProjected() != null) {
            for (VolumeProjection each : PodFacts.orEmpty(volume.getProjected().getSources())) {
                projected(pod, each, volume.getProjected().getDefaultMode(), files);
            }
        }
    }

    private void projected(
            Pod pod,
            VolumeProjection source,
            @Nullable Integer mode,
            Map<String, FileContent> files) {
        if (source.getConfigMap() != null) {
            var map = source.getConfigMap();
            keyed(
                    configMap(pod, map.getName(), map.getOptional()),
                    new Keyed(map.getItems(), mode, map.getOptional()),
                    files);
        } else if (source.getSecret() != null) {
            var secret = source.getSecret();
            keyed(
                    secret(pod, secret.getName(), secret.getOptional()),
                    new Keyed(secret.getItems(), mode, secret.getOptional()),
                    files);
        } else if (source.getDownwardAPI() != null) {
            fields(pod, source.getDownwardAPI().getItems(), mode, files);
        } else if (source.getServiceAccountToken() != null) {
            token(pod, source.getServiceAccountToken(), mode, files);
        } else if (!source.equals(NOTHING)) {
            throw new VolumeException("a projected source of a kind that is not served yet");
        }
    }

    /// How keys become files.
    private record Keyed(
            @Nullable List<KeyToPath> items, @Nullable Integer mode, @Nullable Boolean optional) {}

    private static void keyed(
            Map<String, byte[]> data, Keyed keyed, Map<String, FileContent> files) {
        int mode = keyed.mode() == null ? DEFAULT_MODE : keyed.mode();
        List<KeyToPath> items = PodFacts.orEmpty(keyed.items());
        if (items.isEmpty()) {
            data.forEach((key, value) -> put(files, key, new FileContent(value, mode)));
        }
        for (KeyToPath item : items) {
            byte[] value = data.get(item.getKey());
            if (value != null) {
                int own = item.getMode() == null ? mode : item.getMode();
                put(files, item.getPath(), new FileContent(value, own));
            } else if (!Boolean.TRUE.equals(keyed.optional())) {
                throw new VolumeException("references non-existent config key: " + item.getKey());
            }
        }
    }

    private Map<String, byte[]> configMap(Pod pod, String name, @Nullable Boolean optional) {
        Optional<ConfigMap> found = objects.configMap(pod.getMetadata().getNamespace(), name);
        if (found.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw new MissingException("configmap \"" + name + "\" not found");
        }
        Map<String, byte[]> data = new HashMap<>();
        found.map(ConfigMap::getData)
                .orElse(Map.of())
                .forEach((key, text) -> data.put(key, text.getBytes(StandardCharsets.UTF_8)));
        found.map(ConfigMap::getBinaryData)
                .orElse(Map.of())
                .forEach((key, text) -> data.put(key, Base64.getDecoder().decode(text)));
        return data;
    }

    private Map<String, byte[]> secret(Pod pod, String name, @Nullable Boolean optional) {
        Optional<Secret> found = objects.secret(pod.getMetadata().getNamespace(), name);
        if (found.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw new MissingException("secret \"" + name + "\" not found");
        }
        Map<String, byte[]> data = new HashMap<>();
        found.map(Secret::getData)
                .orElse(Map.of())
                .forEach((key, text) -> data.put(key, Base64.getDecoder().decode(text)));
        return data;
    }

    private void fields(
            Pod pod,
            @Nullable List<DownwardAPIVolumeFile> items,
            @Nullable Integer standard,
            Map<String, FileContent> files) {
        PodFields fields = new PodFields(pod, List.of(), node);
        for (DownwardAPIVolumeFile item : PodFacts.orEmpty(items)) {
            String value =
                    item.getFieldRef() != null
                            ? fields.field(item.getFieldRef().getFieldPath())
                            : fields.resource(item.getResourceFieldRef(), null);
            Integer mode = item.getMode() == null ? standard : item.getMode();
            put(
                    files,
                    item.getPath(),
                    new FileContent(
                            value.getBytes(StandardCharsets.UTF_8),
                            mode == null ? DEFAULT_MODE : mode));
        }
    }

    /// A token is its user's alone where all containers have the same one.
    private void token(
            Pod pod,
            ServiceAccountTokenProjection source,
            @Nullable Integer standard,
            Map<String, FileContent> files) {
        byte[] token = tokens.of(pod, source).getBytes(StandardCharsets.UTF_8);
        Optional<Long> user = PodUsers.only(pod);
        boolean closed = user.isPresent() || PodUsers.group(pod).isPresent();
        int mode = closed ? 0600 : standard == null ? DEFAULT_MODE : standard;
        put(files, source.getPath(), new FileContent(token, mode, user.orElse(FileContent.ROOT)));
    }

    /// Later sources win, as kubelet's do. The API checks paths; a node believes nobody.
    private static void put(Map<String, FileContent> files, String path, FileContent file) {
        boolean inside =
                !path.isEmpty()
                        && path.length() <= 4096
                        && !path.startsWith("/")
                        && path.indexOf('\0') < 0;
        for (String part : path.split("/", -1)) {
            inside &=
                    !part.isEmpty()
                            && !part.equals(".")
                            && !part.equals("..")
                            && part.length() <= 255;
        }
        if (!inside || path.startsWith("..")) {
            throw new VolumeException("path \"" + path + "\" does not stay in the volume");
        }
        files.put(path, file);
    }
}
