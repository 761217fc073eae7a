package dev.glovebox.runtimes;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Evidence kept from one start of the engine to the next, one JSON file a handler
/// (`D/runtimes/HANDLER.evidence.json`), so that a second start need not probe.
public final class EvidenceFile {
    private static final Logger log = LoggerFactory.getLogger(EvidenceFile.class);
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final Path directory;

    /// Keeps files in `directory`, which only root may write: whoever can write here can make a
    /// handler look ready.
    public EvidenceFile(Path directory) {
        this.directory = Objects.requireNonNull(directory, "directory");
    }

    /// The evidence about a handler; empty where none was kept or what was kept cannot be read,
    /// which costs a probe and nothing else.
    public Optional<Evidence> read(String handler) {
        Path file = file(handler);
        try {
            return Optional.of(decode((ObjectNode) JSON.readTree(file.toFile())));
        } catch (NoSuchFileException | FileNotFoundException e) {
            return Optional.empty();
        } catch (IOException
                | ClassCastException
                | IllegalArgumentException
                | DateTimeException e) {
            log.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("cause", e.toString())
                    .log("evidence cannot be read, so the handler is probed again");
            return Optional.empty();
        }
    }

    /// Replaces what was kept about the evidence's handler.
    public void write(Evidence evidence) throws IOException {
        Files.createDirectories(directory);
        Path part = directory.resolve(evidence.handler() + ".evidence.part");
        Files.write(
                part, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(encode(evidence)));
        Files.move(part, file(evidence.handler()), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Forgets what was kept about a handler.
    public void forget(String handler) throws IOException {
        Files.deleteIfExists(file(handler));
    }

    private Path file(String handler) {
        return directory.resolve(handler + ".evidence.json");
    }

    private static ObjectNode encode(Evidence evidence) {
        ObjectNode subject =
                JSON.createObjectNode()
                        .put("programs", evidence.subject().programs())
                        .put("containerd", evidence.subject().containerd())
                        .put("hostKernel", evidence.subject().hostKernel())
                        .put("cgroupVersion", evidence.subject().cgroupVersion());
        ObjectNode node =
                JSON.createObjectNode()
                        .put("handler", evidence.handler())
                        .put("seenAt", evidence.seenAt().toString())
                        .put("runtimeVersion", evidence.runtimeVersion())
                        .put("guestKernel", evidence.guestKernel())
                        .put("guestLog", evidence.guestLog())
                        .put("hostProcesses", evidence.hostProcesses())
                        .put("hostTasks", evidence.hostTasks())
                        .put("memoryLimit", evidence.memoryLimit())
                        .put("exitCode", evidence.exitCode())
                        .put("limitHits", evidence.limitHits());
        node.set("subject", subject);
        return node;
    }

    private static Evidence decode(ObjectNode node) throws JacksonException {
        ObjectNode subject = (ObjectNode) node.required("subject");
        return new Evidence(
                text(node, "handler"),
                Instant.parse(text(node, "seenAt")),
                new Evidence.Subject(
                        text(subject, "programs"),
                        text(subject, "containerd"),
                        text(subject, "hostKernel"),
                        subject.required("cgroupVersion").intValue()),
                text(node, "runtimeVersion"),
                text(node, "guestKernel"),
                text(node, "guestLog"),
                node.required("hostProcesses").intValue(),
                node.required("hostTasks").longValue(),
                node.required("memoryLimit").longValue(),
                node.required("exitCode").intValue(),
                node.required("limitHits").longValue());
    }

    private static String text(ObjectNode node, String name) throws JacksonException {
        String value = node.required(name).textValue();
        if (value == null) {
            throw new IllegalArgumentException(name + " is no text");
        }
        return value;
    }
}
