package dev.glovebox.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// A container image of one layer, as the blobs that registries and archives are made of.
record Image(byte[] layer, byte[] config, byte[] manifest) {
    static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
    private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";
    private static final Map<String, String> ARCHITECTURES =
            Map.of("amd64", "amd64", "aarch64", "arm64");

    /// Packs a tree of files; every one of them belongs to root.
    ///
    /// @param volumes directories that the image declares to be volumes
    static Image of(Path root, List<String> command, String... volumes) {
        var layer = tar(root);
        var declared = new java.util.TreeMap<String, Object>();
        List.of(volumes).forEach(volume -> declared.put(volume, Map.of()));
        var config =
                json(
                        Map.of(
                                "architecture",
                                ARCHITECTURES.getOrDefault(System.getProperty("os.arch"), "amd64"),
                                "os",
                                "linux",
                                "config",
                                Map.of(
                                        "Env",
                                        List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin"),
                                        "Cmd",
                                        command,
                                        "Volumes",
                                        declared),
                                "rootfs",
                                Map.of("type", "layers", "diff_ids", List.of(digest(layer)))));
        return new Image(layer, config, manifest(layer, config, Map.of()));
    }

    /// The same, whose manifest says something more of it.
    Image saying(String annotation, String value) {
        return new Image(layer, config, manifest(layer, config, Map.of(annotation, value)));
    }

    private static byte[] manifest(byte[] layer, byte[] config, Map<String, String> annotations) {
        return json(
                Map.of(
                        "schemaVersion",
                        2,
                        "mediaType",
                        MANIFEST_TYPE,
                        "config",
                        descriptor(CONFIG_TYPE, config),
                        "layers",
                        List.of(descriptor(LAYER_TYPE, layer)),
                        "annotations",
                        annotations));
    }

    /// The content by digest: layer, configuration and manifest.
    Map<String, byte[]> blobs() {
        return Map.of(digest(layer), layer, digest(config), config, digest(manifest), manifest);
    }

    /// Writes what `docker save NAME` writes.
    void dockerSave(String name, Path file) {
        var configName = digest(config).substring("sha256:".length()) + ".json";
        var index =
                json(
                        List.of(
                                Map.of(
                                        "Config",
                                        configName,
                                        "RepoTags",
                                        List.of(name),
                                        "Layers",
                                        List.of("layer.tar"))));
        archive(file, Map.of("manifest.json", index, configName, config, "layer.tar", layer));
    }

    /// Writes an OCI image layout in a tar file.
    void oci(String name, Path file) {
        var entry = new java.util.TreeMap<String, Object>(descriptor(MANIFEST_TYPE, manifest));
        entry.put(
                "annotations",
                Map.of(
                        "io.containerd.image.name",
                        name,
                        "org.opencontainers.image.ref.name",
                        name));
        var files = new java.util.TreeMap<String, byte[]>();
        files.put("oci-layout", json(Map.of("imageLayoutVersion", "1.0.0")));
        files.put("index.json", json(Map.of("schemaVersion", 2, "manifests", List.of(entry))));
        blobs().forEach((digest, blob) -> files.put("blobs/" + digest.replace(':', '/'), blob));
        archive(file, files);
    }

    static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static Map<String, Object> descriptor(String type, byte[] content) {
        return Map.of("mediaType", type, "digest", digest(content), "size", content.length);
    }

    private static byte[] json(Object value) {
        try {
            return new ObjectMapper().writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps, lists and strings can always be written", e);
        }
    }

    private static byte[] tar(Path root) {
        var bytes = new java.io.ByteArrayOutputStream();
        try (var tar = open(bytes);
                Stream<Path> all = Files.walk(root)) {
            for (var path : all.sorted().filter(path -> !path.equals(root)).toList()) {
                add(tar, path, root.relativize(path).toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot pack " + root, e);
        }
        return bytes.toByteArray();
    }

    private static void add(TarArchiveOutputStream tar, Path path, String name) throws IOException {
        if (Files.isSymbolicLink(path)) {
            var link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            link.setLinkName(Files.readSymbolicLink(path).toString());
            put(tar, link, new byte[0]);
        } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            var directory = new TarArchiveEntry(name + "/");
            directory.setMode(mode(path));
            put(tar, directory, new byte[0]);
        } else {
            var content = Files.readAllBytes(path);
            var file = new TarArchiveEntry(name);
            file.setMode(mode(path));
            file.setSize(content.length);
            put(tar, file, content);
        }
    }

    private static int mode(Path path) throws IOException {
        Set<PosixFilePermission> set = Files.getPosixFilePermissions(path);
        var mode = 0;
        for (var permission : PosixFilePermission.values()) {
            mode = mode << 1 | (set.contains(permission) ? 1 : 0);
        }
        return mode;
    }

    private static void archive(Path file, Map<String, byte[]> entries) {
        try (var tar = open(Files.newOutputStream(file))) {
            for (var each : entries.entrySet()) {
                var entry = new TarArchiveEntry(each.getKey());
                entry.setSize(each.getValue().length);
                put(tar, entry, each.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static TarArchiveOutputStream open(OutputStream out) {
        var tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        return tar;
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, byte[] content)
            throws IOException {
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
