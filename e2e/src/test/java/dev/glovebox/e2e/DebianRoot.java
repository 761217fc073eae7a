package dev.glovebox.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A root file system of Debian's packages with all that they depend on, unpacked and not
/// configured, and a static busybox for what its shell and tools are.
///
/// @param users lines of `/etc/passwd` beside root's
record DebianRoot(List<String> packages, List<String> users) {
    DebianRoot {
        packages = List.copyOf(packages);
        users = List.copyOf(users);
    }

    /// Makes the tree at a directory that does not exist yet, or takes the one that is there.
    Path at(Path root) {
        try {
            if (!Files.exists(root)) {
                var part = root.resolveSibling(root.getFileName() + ".part");
                Command.of("rm", "-rf", part.toString()).run().ok();
                Files.createDirectories(part);
                fill(part);
                Files.move(part, root);
            }
            return root;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + root, e);
        }
    }

    private void fill(Path root) throws IOException {
        for (var name : List.of("bin", "sbin", "lib", "lib64")) {
            Files.createDirectories(root.resolve("usr").resolve(name));
            Files.createSymbolicLink(root.resolve(name), Path.of("usr", name));
        }
        var all = new java.util.ArrayList<>(packages);
        all.add("busybox-static");
        for (var deb : new Debian("bookworm").withDependencies(all)) {
            var unpack =
                    "dpkg-deb --fsys-tarfile \"$0\" | tar -C \"$1\" -x --keep-directory-symlink";
            Command.of("sh", "-c", unpack, deb.toString(), root.toString()).run().ok();
        }
        for (var name : List.of("tmp", "proc", "sys", "dev", "run", "root")) {
            Files.createDirectories(root.resolve(name));
        }
        Command.of("chmod", "1777", root.resolve("tmp").toString()).run().ok();
        Files.writeString(
                root.resolve("etc/passwd"),
                "root:x:0:0:root:/root:/bin/sh\n" + String.join("\n", users) + "\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\n");
        var busybox = root.resolve("bin/busybox");
        for (var applet : Command.of(busybox.toString(), "--list").run().ok().lines()) {
            var link = root.resolve("bin").resolve(applet);
            if (!Files.exists(link, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(link, Path.of("busybox"));
            }
        }
        Command.of("rm", "-rf", root + "/usr/share/doc", root + "/usr/share/man").run().ok();
    }
}
