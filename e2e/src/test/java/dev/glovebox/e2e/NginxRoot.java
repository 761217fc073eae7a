package dev.glovebox.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A root file system with a real nginx: Debian's package, the libraries that it is linked with,
/// and a static busybox for a shell. Set up as the stock images are: the master runs as root, its
/// workers as another user, and the logs go to the standard streams.
final class NginxRoot {
    private static final List<String> PACKAGES =
            List.of(
                    "libc6",
                    "libcrypt1",
                    "libpcre2-8-0",
                    "libssl3",
                    "zlib1g",
                    "nginx",
                    "nginx-common",
                    "busybox-static");
    private static final String CONFIGURATION =
            """
            user www-data;
            worker_processes 1;
            pid /run/nginx.pid;
            error_log /var/log/nginx/error.log notice;
            events { worker_connections 64; }
            http {
                include mime.types;
                access_log /var/log/nginx/access.log combined;
                server {
                    listen 80;
                    root /usr/share/nginx/html;
                }
            }
            """;

    private NginxRoot() {}

    /// Makes the tree at a directory that does not exist yet, or takes the one that is there.
    static Path at(Path root) {
        return DebianRoot.once(root, NginxRoot::fill);
    }

    private static void fill(Path root) throws IOException {
        var debian = new Debian("bookworm");
        DebianRoot.links(root);
        for (var name : PACKAGES) {
            var copy = "tar -C \"$0\" -c . | tar -C \"$1\" -x --keep-directory-symlink";
            Command.of("sh", "-c", copy, debian.unpacked(name).toString(), root.toString())
                    .run()
                    .ok();
        }
        for (var name : List.of("var/log/nginx", "var/lib/nginx")) {
            Files.createDirectories(root.resolve(name));
        }
        Files.writeString(root.resolve("etc/nginx/nginx.conf"), CONFIGURATION);
        Files.writeString(
                root.resolve("etc/passwd"),
                "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\nadm:x:4:\nwww-data:x:33:\n");
        Files.createSymbolicLink(root.resolve("var/log/nginx/access.log"), Path.of("/dev/stdout"));
        Files.createSymbolicLink(root.resolve("var/log/nginx/error.log"), Path.of("/dev/stderr"));
        DebianRoot.finish(root);
    }
}
