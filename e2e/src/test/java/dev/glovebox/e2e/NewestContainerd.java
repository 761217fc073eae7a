package dev.glovebox.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Debian's newest containerd and runc in one directory, for PATH. runc wants a libc that the
/// machine may not have, so that a copy of it is told to take its own, which lies beside it.
final class NewestContainerd {
    private static final Debian DEBIAN = new Debian("sid");

    private NewestContainerd() {}

    /// Puts them there.
    static void into(Path directory) throws IOException {
        var containerd = DEBIAN.unpacked("containerd").resolve("usr/bin");
        for (var name : List.of("containerd", "containerd-shim-runc-v2")) {
            Files.createSymbolicLink(directory.resolve(name), containerd.resolve(name));
        }
        var runc = directory.resolve("runc");
        Files.copy(DEBIAN.unpacked("runc").resolve("usr/sbin/runc"), runc);
        var libc = libraries("libc6");
        Command.of(
                        patchelf().toString(),
                        "--set-interpreter",
                        libc.resolve("ld-linux-x86-64.so.2").toString(),
                        "--set-rpath",
                        libc + ":" + libraries("libseccomp2"),
                        runc.toString())
                .run()
                .ok();
    }

    private static Path libraries(String name) {
        return DEBIAN.unpacked(name).resolve("usr/lib/x86_64-linux-gnu");
    }

    private static Path patchelf() {
        return new Debian("bookworm").unpacked("patchelf").resolve("usr/bin/patchelf");
    }
}
