package dev.glovebox.engine;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.containerd.ContainerdSettings;
import dev.glovebox.containerd.Handler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The settings of the containerd that is about to be started, kept before it is: a purge then
/// knows what there may be, without looking for programs that may be gone by then.
final class PrivateContainerd {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final NodePlaces places;

    PrivateContainerd(NodePlaces places) {
        this.places = places;
    }

    /// Where everything of it lies.
    ///
    /// @param pause name of the pause image
    ContainerdSettings settings(
            Path binary, Path cniPlugins, String pause, List<Handler> handlers) {
        return new ContainerdSettings(
                binary,
                path(binary, handlers),
                places.containerdRoot(),
                places.run(),
                places.containerdLog(),
                cniPlugins,
                places.cni().resolve("net.d"),
                pause,
                handlers);
    }

    /// Where it finds its shims: first those that handlers bring, then its own.
    private static List<Path> path(Path binary, List<Handler> handlers) {
        List<Path> path = new ArrayList<>();
        handlers.stream()
                .filter(Handler::isShim)
                .map(each -> parent(each.binary()))
                .distinct()
                .forEach(path::add);
        path.add(parent(binary));
        return path;
    }

    /// A handler whose runtime keeps its state below the run directory.
    ///
    /// @param type of its shim
    /// @param configuration a file that the shim is told of
    Handler handler(String name, Path binary, String type, Optional<Path> configuration) {
        return new Handler(name, binary, places.runtimeRoot(name), type, configuration);
    }

    void keep(ContainerdSettings settings) throws IOException {
        ObjectNode node =
                JSON.createObjectNode()
                        .put("binary", settings.binary().toString())
                        .put("cniPlugins", settings.cniPlugins().toString())
                        .put("pause", settings.sandboxImage());
        ArrayNode handlers = node.putArray("handlers");
        for (Handler handler : settings.handlers()) {
            ObjectNode each =
                    handlers.addObject()
                            .put("name", handler.name())
                            .put("binary", handler.binary().toString())
                            .put("type", handler.type());
            handler.configuration().ifPresent(file -> each.put("configuration", file.toString()));
        }
        KeptFile.write(
                places.containerdSettings(),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(node));
    }

    /// The settings of the one that was started last; empty where none was.
    Optional<ContainerdSettings> kept() throws IOException {
        try {
            JsonNode node = JSON.readTree(Files.readAllBytes(places.containerdSettings()));
            List<Handler> handlers = new ArrayList<>();
            for (JsonNode each : node.required("handlers")) {
                handlers.add(
                        handler(
                                each.required("name").asText(),
                                Path.of(each.required("binary").asText()),
                                each.path("type").asText(Handler.RUNC_SHIM),
                                Optional.ofNullable(each.get("configuration"))
                                        .map(file -> Path.of(file.asText()))));
            }
            return Optional.of(
                    settings(
                            Path.of(node.required("binary").asText()),
                            Path.of(node.required("cniPlugins").asText()),
                            node.required("pause").asText(),
                            handlers));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JacksonException | IllegalArgumentException e) {
            throw new EngineException(places.containerdSettings() + " is damaged", e);
        }
    }

    private static Path parent(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? Path.of("/") : parent;
    }
}
