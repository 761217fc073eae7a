package dev.glovebox.runtimes.install;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which versions of which runtimes were installed below a directory: a file `NAME.install.json`
/// each, replaced in one step and last of all, so that what breaks off before it has changed
/// nothing.
public final class InstalledRuntimes {
    /// Earlier versions that are kept for a rollback.
    static final int EARLIER = 2;

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final String SUFFIX = ".install.json";
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private final Path directory;

    /// Keeps its files in one directory.
    ///
    /// @param directory root's; it need not exist
    public InstalledRuntimes(Path directory) {
        this.directory = Objects.requireNonNull(directory, "directory");
    }

    /// What is known of one runtime: the version in use, and those before it, the newest first.
    public record Versions(Installation current, List<Installation> earlier) {
        /// Copies the list.
        public Versions {
            Objects.requireNonNull(current, "current");
            earlier = List.copyOf(earlier);
        }

        /// All of them, the current one first.
        public List<Installation> all() {
            return Stream.concat(Stream.of(current), earlier.stream()).toList();
        }
    }

    /// The names of all that were installed, in order.
    public List<String> names() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(SUFFIX))
                    .map(file -> file.substring(0, file.length() - SUFFIX.length()))
                    .filter(name -> NAME.matcher(name).matches())
                    .sorted()
                    .toList();
        }
    }

    /// What was installed of a runtime; empty where nothing was.
    ///
    /// @throws InstallException where the file is damaged
    public Optional<Versions> read(String name) throws IOException {
        Path file = file(name);
        try {
            JsonNode node = JSON.readTree(Files.readAllBytes(file));
            List<Installation> earlier = new ArrayList<>();
            for (JsonNode each : node.required("earlier")) {
                earlier.add(decode(each));
            }
            return Optional.of(new Versions(decode(node.required("current")), earlier));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
            throw new InstallException(
                    "%s is damaged; remove it and install %s again".formatted(file, name), e);
        }
    }

    /// Takes a version into use, and keeps the ones before it.
    ///
    /// @param inUse whether a version's directory may not go yet
    /// @return versions that are not kept any longer, and that nothing runs from
    public List<Installation> add(String name, Installation fresh, Predicate<Path> inUse)
            throws IOException {
        List<Installation> earlier = new ArrayList<>();
        List<Installation> gone = new ArrayList<>();
        for (Installation each : read(name).map(Versions::all).orElse(List.of())) {
            if (each.home().equals(fresh.home())) {
                continue;
            }
            (earlier.size() < EARLIER || inUse.test(each.home()) ? earlier : gone).add(each);
        }
        write(name, new Versions(fresh, earlier));
        return gone;
    }

    /// Takes the version before into use; the one that was in use is kept behind it.
    ///
    /// @throws InstallException where there is none before
    public Versions rollback(String name) throws IOException {
        Versions known =
                read(name).orElseThrow(() -> new InstallException(name + " is not installed"));
        if (known.earlier().isEmpty()) {
            throw new InstallException(
                    "there is no version of %s before %s to go back to"
                            .formatted(name, known.current().version()));
        }
        List<Installation> rest = new ArrayList<>(known.earlier());
        Installation before = rest.removeFirst();
        rest.addFirst(known.current());
        Versions after = new Versions(before, rest);
        write(name, after);
        return after;
    }

    /// Forgets a runtime.
    public void forget(String name) throws IOException {
        Files.deleteIfExists(file(name));
    }

    /// Refuses what can be no runtime's name, and so no file's.
    static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InstallException(
                    "a runtime's name has lower-case letters, digits and hyphens, not \"%s\""
                            .formatted(name.replaceAll("\\p{Cntrl}", "?")));
        }
    }

    private Path file(String name) {
        checkName(name);
        return directory.resolve(name + SUFFIX);
    }

    private void write(String name, Versions versions) throws IOException {
        ObjectNode node = JSON.createObjectNode();
        node.set("current", encode(versions.current()));
        ArrayNode earlier = node.putArray("earlier");
        versions.earlier().forEach(each -> earlier.add(encode(each)));
        Path file = file(name);
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        Files.write(
                part,
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(node),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static ObjectNode encode(Installation one) {
        ObjectNode node =
                JSON.createObjectNode()
                        .put("version", one.version())
                        .put("source", one.source())
                        .put("home", one.home().toString())
                        .put("platform", one.platform())
                        .put("trial", one.trial())
                        .put("shim", one.shim())
                        .put("at", one.at().toString());
        ArrayNode programs = node.putArray("programs");
        one.programs().forEach(programs::add);
        return node;
    }

    private static Installation decode(JsonNode node) {
        List<String> programs = new ArrayList<>();
        node.required("programs").forEach(each -> programs.add(each.asText()));
        return new Installation(
                node.required("version").asText(),
                node.required("source").asText(),
                Path.of(node.required("home").asText()),
                programs,
                node.required("platform").asText(),
                node.required("trial").asText(),
                node.required("shim").asText(),
                Instant.parse(node.required("at").asText()));
    }
}
