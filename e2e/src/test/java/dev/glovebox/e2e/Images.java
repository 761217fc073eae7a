package dev.glovebox.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The images that tests bring along, made once below `target`.
final class Images {
    /// The name under which the tutorial's pods ask for nginx.
    static final String NGINX = "docker.io/library/nginx:stable";

    private Images() {}

    static Image nginx() {
        var root = NginxRoot.at(Path.of("target", "nginx-root").toAbsolutePath());
        return Image.of(root, List.of("/usr/sbin/nginx", "-g", "daemon off;"));
    }

    /// nginx as `docker save` writes it.
    static Path nginxArchive() {
        var file = Path.of("target", "nginx.docker.tar").toAbsolutePath();
        if (!Files.exists(file)) {
            nginx().dockerSave(NGINX, file);
        }
        return file;
    }

    /// nginx as an OCI archive, under a name of its own.
    static Path nginxOci(String name) {
        var file = Path.of("target", "nginx.oci.tar").toAbsolutePath();
        nginx().oci(name, file);
        return file;
    }
}
