package dev.glovebox.runtimes.measure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.runtimes.Evidence;
import dev.glovebox.runtimes.host.Digest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measured overheads kept from one start of the engine to the next, one JSON file a handler
/// (`D/runtimes/HANDLER.overhead.json`), so that each runtime is measured once.
public final class OverheadFile {
    private static final Logger log = LoggerFactory.getLogger(OverheadFile.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;

    /// Keeps files in `directory`, which only root may write.
    public OverheadFile(Path directory) {
        this.directory = Objects.requireNonNull(directory, "directory");
    }

    /// An overhead.
    ///
    /// @param at when it was measured
    public record Measured(Instant at, Overhead overhead) {}

    /// What was measured of a handler; empty where nothing was, where it was of other programs,
    /// another containerd or kernel, or where what was kept cannot be read, which costs a
    /// measurement and nothing else.
    public Optional<Measured> read(String handler, Evidence.Subject subject) {
        Path file = file(handler);
        try {
            JsonNode kept = JSON.readTree(file.toFile());
            return kept.path("of").asText().equals(mark(subject))
                    ? Optional.of(decode(kept))
                    : Optional.empty();
        } catch (NoSuchFileException | FileNotFoundException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            log.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("cause", e.toString())
                    .log("a measured overhead cannot be read, so it is measured again");
            return Optional.empty();
        }
    }

    /// Replaces what was kept of a handler.
    public void write(String handler, Evidence.Subject subject, Measured measured)
            throws IOException {
        ObjectNode kept =
                JSON.createObjectNode()
                        .put("of", mark(subject))
                        .put("at", measured.at().toString())
                        .put("memory", measured.overhead().memory())
                        .put("milliCpu", measured.overhead().milliCpu());
        ObjectNode figures = kept.putObject("figures");
        new TreeMap<>(measured.overhead().figures()).forEach(figures::put);
        Files.createDirectories(directory);
        Path part = directory.resolve(handler + ".overhead.part");
        Files.write(part, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(kept));
        Files.move(part, file(handler), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Measured decode(JsonNode kept) {
        Map<String, String> figures = new TreeMap<>();
        kept.required("figures")
                .properties()
                .forEach(each -> figures.put(each.getKey(), each.getValue().asText()));
        return new Measured(
                Instant.parse(kept.required("at").asText()),
                new Overhead(
                        kept.required("memory").longValue(),
                        kept.required("milliCpu").intValue(),
                        figures));
    }

    /// All that makes a measurement worthless when it changes.
    private static String mark(Evidence.Subject subject) {
        return Digest.ofText(subject.toString()).hex();
    }

    private Path file(String handler) {
        return directory.resolve(handler + ".overhead.json");
    }
}
