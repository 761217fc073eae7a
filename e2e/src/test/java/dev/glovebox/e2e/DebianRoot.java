package dev.glovebox.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
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
        return once(root, this::fill);
    }

    private void fill(Path root) throws IOException {
        links(root);
        var all = new ArrayList<>(packages);
        all.add("busybox-static");
        for (var deb : new Debian("bookworm").withDependencies(all)) {
            var unpack =
                    "dpkg-deb --fsys-tarfile \"$0\" | tar -C \"$1\" -x --keep-directory-symlink";
            Command.of("sh", "-c", unpack, deb.toString(), root.toString()).run().ok();
        }
        Files.writeString(
                root.resolve("etc/passwd"),
                "root:x:0:0:root:/root:/bin/sh\n" + String.join("\n", users) + "\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\n");
        finish(root);
    }

    /// A tree that is there whole or not at all.
    static Path once(Path root, Filling filling) {
        try {
            if (!Files.exists(root)) {
                var part = root.resolveSibling(root.getFileName() + ".part");
                Command.of("rm", "-rf", part.toString()).run().ok();
                Files.createDirectories(part);
                filling.fill(part);
                Files.move(part, root);
            }
            return root;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + root, e);
        }
    }

    /// Where Debian has one tree of programs and libraries.
    static void links(Path root) throws IOException {
        for (var name : List.of("bin", "sbin", "lib", "lib64")) {
            Files.createDirectories(root.resolve("usr").resolve(name));
            Files.createSymbolicLink(root.resolve(name), Path.of("usr", name));
        }
    }

    /// Directories that a system has, and busybox' names where no other program has them.
    static void finish(Path root) throws IOException {
        for (var name : List.of("tmp", "proc", "sys", "dev", "run", "root")) {
            Files.createDirectories(root.resolve(name));
        }
        Command.of("chmod", "1777", root.resolve("tmp").toString()).run().ok();
        var busybox = root.resolve("bin/busybox");
        for (var applet : Command.of(busybox.toString(), "--list").run().ok().lines()) {
            var link = root.resolve("bin").resolve(applet);
            if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(link, Path.of("busybox"));
            }
        }
        Command.of("rm", "-rf", root + "/usr/share/doc", root + "/usr/share/man").run().ok();
    }

    /// Fills an empty tree.
    @FunctionalInterface
    interface Filling {
        void fill(Path root) throws IOException;
    }
}
