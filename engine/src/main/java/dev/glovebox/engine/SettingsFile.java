package dev.glovebox.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.audit.AuditLevel;
import dev.glovebox.network.Ranges;
import dev.glovebox.policy.TrustLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// An engine's settings, kept so that the next start and a purge know them without being told again
/// (`D/engine.json`).
final class SettingsFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String MEASURE_AFTER = "measureAfter";

    private final Path file;

    SettingsFile(Path file) {
        this.file = file;
    }

    /// What was kept; empty where nothing was.
    ///
    /// @throws EngineException where the file is damaged: another node name or address range than
    ///   that of running pods must not be guessed; or where it says what is refused by now
    Optional<EngineSettings> read() throws IOException {
        try {
            JsonNode node = JSON.readTree(Files.readAllBytes(file));
            return Optional.of(
                    new EngineSettings(
                            TrustLevel.parse(text(node, "defaultTrust")).orElseThrow(),
                            text(node, "listen"),
                            text(node, "nodeName"),
                            Ranges.parse(text(node, "podCidr")),
                            extent(node),
                            nodes(node),
                            audit(node),
                            admission(node)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (com.fasterxml.jackson.core.JacksonException | RuntimeException e) {
            String why = e instanceof EngineException ? " (" + e.getMessage() + ")" : "";
            throw new EngineException(
                    file + " is damaged" + why + "; remove it and start with the flags that it had",
                    e);
        }
    }

    void write(EngineSettings settings) throws IOException {
        ObjectNode node =
                JSON.createObjectNode()
                        .put("defaultTrust", settings.defaultTrust().word())
                        .put("listen", settings.listen())
                        .put("nodeName", settings.nodeName())
                        .put("podCidr", settings.pods().text())
                        .put("extent", settings.extent().word())
                        .put("audit", settings.audit().word());
        node.put("nodes", settings.nodes().count());
        ObjectNode runtimes = node.putObject("runtimes");
        settings.nodes()
                .runtimes()
                .forEach((name, words) -> words.forEach(runtimes.putArray(name)::add));
        HandlerNames names = settings.nodes().handlerNames();
        node.put("defaultHandler", names.standard());
        node.put(MEASURE_AFTER, settings.nodes().measureAfter().text());
        ObjectNode handlers = node.putObject("handlers");
        names.more().forEach(handlers::put);
        settings.admission().ifPresent(path -> node.put("admission", path.toString()));
        settings.nodes()
                .cni()
                .ifPresent(cni -> {
                    node.put("cniConfig", cni.config().toString());
                    cni.plugins().ifPresent(path -> node.put("cniPlugins", path.toString()));
                });
        KeptFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(node));
    }

    /// Engines that were started before there was a choice had a node.
    private static Extent extent(JsonNode node) {
        return node.has("extent") ? Extent.parse(text(node, "extent")).orElseThrow() : Extent.WHOLE;
    }

    /// Engines that were started before there could be more had one.
    private static LocalNodes nodes(JsonNode node) {
        if (!node.has("nodes")) {
            return LocalNodes.ONE;
        }
        Map<String, Set<String>> runtimes = new LinkedHashMap<>();
        node.required("runtimes")
                .properties()
                .forEach(each -> {
                    Set<String> words = new LinkedHashSet<>();
                    each.getValue().forEach(word -> words.add(word.asText()));
                    runtimes.put(each.getKey(), words);
                });
        return new LocalNodes(
                node.required("nodes").intValue(),
                runtimes,
                names(node),
                cni(node),
                measureAfter(node));
    }

    /// Engines that were started before there was a choice get the usual.
    private static MeasureAfter measureAfter(JsonNode node) {
        return node.has(MEASURE_AFTER)
                ? MeasureAfter.parse(text(node, MEASURE_AFTER))
                : MeasureAfter.DEFAULT;
    }

    private static Optional<CniSettings> cni(JsonNode node) {
        return path(node, "cniConfig")
                .map(config -> new CniSettings(config, path(node, "cniPlugins")));
    }

    private static Optional<Path> path(JsonNode node, String field) {
        return node.has(field) ? Optional.of(Path.of(text(node, field))) : Optional.empty();
    }

    /// Engines that were started before there was a choice had the usual ones.
    private static HandlerNames names(JsonNode node) {
        if (!node.has("defaultHandler")) {
            return HandlerNames.DEFAULT;
        }
        Map<String, String> more = new LinkedHashMap<>();
        node.required("handlers")
                .properties()
                .forEach(each -> more.put(each.getKey(), each.getValue().asText()));
        return new HandlerNames(text(node, "defaultHandler"), more);
    }

    /// Engines that were started before there was a record recorded nothing.
    private static AuditLevel audit(JsonNode node) {
        return node.has("audit")
                ? AuditLevel.parse(text(node, "audit")).orElseThrow()
                : AuditLevel.NONE;
    }

    private static Optional<Path> admission(JsonNode node) {
        return path(node, "admission");
    }

    private static String text(JsonNode node, String field) {
        String value = node.path(field).textValue();
        if (value == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return value;
    }
}
