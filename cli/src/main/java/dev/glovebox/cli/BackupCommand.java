package dev.glovebox.cli;

import dev.glovebox.control.ControlException;
import dev.glovebox.control.Request;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `glovebox backup`.
@Command(
        name = "backup",
        description = {
            "Writes every object of the API, Secrets too, into a new file that only its owner may read.",
            "The engine runs on meanwhile. Certificates, images and volumes are not in it."
        },
        mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
    @Mixin private EngineOption engine = new EngineOption();

    @Parameters(paramLabel = "FILE", description = "Must not exist.")
    private Path file = Path.of("");

    @Override
    public Integer call() {
        var target = file.toAbsolutePath();
        var part = target.resolveSibling(target.getFileName() + ".part");
        try {
            if (Files.exists(target)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            return write(part, target);
        } catch (FileAlreadyExistsException e) {
            throw new CliException(e.getFile() + " exists already", e);
        } catch (IOException | ControlException e) {
            throw new CliException("cannot write " + target + ": " + e.getMessage(), e);
        }
    }

    /// The file is there whole, or not at all.
    private int write(Path part, Path target) throws IOException {
        try (var client = new EngineLink(engine.paths()).connect();
                var channel =
                        FileChannel.open(
                                part,
                                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rw-------")))) {
            try {
                var code =
                        client.converse(
                                new Request.Backup(),
                                Channels.newOutputStream(channel),
                                Streams.err(),
                                line -> {});
                if (code == 0) {
                    channel.force(true);
                    // A link, unlike a renaming, never replaces what somebody has put there.
                    Files.createLink(target, part);
                }
                return code;
            } finally {
                Files.deleteIfExists(part);
            }
        }
    }
}
