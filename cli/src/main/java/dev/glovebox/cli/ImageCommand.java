package dev.glovebox.cli;

import dev.glovebox.control.ControlException;
import dev.glovebox.control.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `glovebox image`.
@Command(name = "image", description = "The node's images.", mixinStandardHelpOptions = true)
final class ImageCommand {
    @Mixin private EngineOption engine = new EngineOption();

    @Command(name = "list", description = "Lists them.", mixinStandardHelpOptions = true)
    int list(
            @Option(names = "--json", description = "As an array of {names, id, size}.")
                    boolean json) {
        return new EngineLink(engine.paths()).ask(new Request.ImageList(json));
    }

    @Command(
            name = "pull",
            description = "Pulls one from its registry.",
            mixinStandardHelpOptions = true)
    int pull(@Parameters(paramLabel = "IMAGE") String name) {
        return new EngineLink(engine.paths()).ask(new Request.ImagePull(name));
    }

    @Command(name = "remove", description = "Removes one.", mixinStandardHelpOptions = true)
    int remove(@Parameters(paramLabel = "IMAGE") String name) {
        return new EngineLink(engine.paths()).ask(new Request.ImageRemove(name));
    }

    @Command(
            name = "load",
            description = "Takes one in from a file that `docker save` wrote, or an OCI archive.",
            mixinStandardHelpOptions = true)
    int load(@Parameters(paramLabel = "FILE") Path file) {
        var progress = Progress.quiet();
        try (var archive = Files.newInputStream(file);
                var client = new EngineLink(engine.paths()).connect()) {
            client.start(new Request.ImageLoad());
            Input.pump(archive, client);
            return client.finish(Streams.out(), Streams.err(), progress::show);
        } catch (IOException | ControlException e) {
            throw new CliException("cannot load " + file + ": " + reason(e), e);
        } finally {
            progress.clear();
        }
    }

    private static String reason(Exception e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException missing -> "there is no such file";
            case java.nio.file.AccessDeniedException denied -> "it may not be read";
            default -> String.valueOf(e.getMessage());
        };
    }
}
