package dev.glovebox.node.volume;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// Paths of the host as volumes: whether what lies there is of the type that the pod names, made
/// where the type says so. For pods that policy lets have them; links are followed, as the kubelet
/// does.
final class HostPaths {
    private static final int KIND = 0170000;
    private static final int SOCKET = 0140000;
    private static final int BLOCK_DEVICE = 0060000;
    private static final int CHARACTER_DEVICE = 0020000;

    private HostPaths() {}

    /// Checks a path of the host, and makes it where its type says so.
    ///
    /// @throws VolumeException in the kubelet's words
    static void prepare(String volume, HostPathVolumeSource source) {
        Path path = Path.of(source.getPath());
        String type = source.getType() == null ? "" : source.getType();
        try {
            String lacks =
                    switch (type) {
                        case "" -> "";
                        case "DirectoryOrCreate" -> madeDirectory(path);
                        case "Directory" -> Files.isDirectory(path) ? "" : "a directory";
                        case "FileOrCreate" -> madeFile(path);
                        case "File" -> Files.isRegularFile(path) ? "" : "a file";
                        case "Socket" -> is(path, SOCKET) ? "" : "a socket file";
                        case "CharDevice" -> is(path, CHARACTER_DEVICE) ? "" : "a character device";
                        case "BlockDevice" -> is(path, BLOCK_DEVICE) ? "" : "a block device";
                        default -> throw failed(volume, type + " is an invalid volume type");
                    };
            if (!lacks.isEmpty()) {
                throw failed(volume, "hostPath type check failed: " + path + " is not " + lacks);
            }
        } catch (IOException e) {
            throw new VolumeException(
                    VolumeContents.failure(volume, "cannot make " + path + ": " + e.getMessage()),
                    e);
        }
    }

    private static String madeDirectory(Path path) throws IOException {
        if (!Files.exists(path)) {
            Files.createDirectories(path);
        }
        return Files.isDirectory(path) ? "" : "a directory";
    }

    private static String madeFile(Path path) throws IOException {
        if (!Files.exists(path)) {
            Files.createFile(
                    path,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-r--r--")));
        }
        return Files.isRegularFile(path) ? "" : "a file";
    }

    private static boolean is(Path path, int kind) throws IOException {
        return Files.exists(path)
                && ((Integer) Files.getAttribute(path, "unix:mode") & KIND) == kind;
    }

    private static VolumeException failed(String volume, String cause) {
        return new VolumeException(VolumeContents.failure(volume, cause));
    }
}
