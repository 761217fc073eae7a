package dev.glovebox.runtimes.kata;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A configuration of Kata's (`configuration-HYPERVISOR.toml`), as its releases have it: for files
/// below [#PREFIX], with one table `[hypervisor.NAME]`. Immutable.
///
/// @param text the whole file
/// @param hypervisor the table of its hypervisor
/// @param runtime its table `[runtime]`
public record KataConfiguration(String text, JsonNode hypervisor, JsonNode runtime) {
    /// Where releases are meant to be unpacked.
    public static final String PREFIX = "/opt/kata/";

    private static final String DAEMON = "virtio_fs_daemon";
    private static final TomlMapper TOML = new TomlMapper();
    private static final Pattern PLACE = Pattern.compile("(?<=[\"'])" + PREFIX);

    /// Keys that name a file without which no virtual machine starts.
    private static final List<String> NEEDED = List.of("path", "kernel");

    private static final List<String> MORE =
            List.of("image", "initrd", DAEMON, "firmware", "jailer_path");

    /// What is said otherwise than in a release. No annotation of a pod's may change a setting, as
    /// several of them name flags of programs on the host; and all that a sandbox takes counts in
    /// the pod's own cgroup, where the pod's limits bind.
    private static final Map<String, String> OURS =
            Map.of("enable_annotations", "[]", "sandbox_cgroup_only", "true");

    /// Reads one.
    ///
    /// @throws IllegalArgumentException where it is none; the message is a clause
    public static KataConfiguration parse(String text) {
        try {
            JsonNode tree = TOML.readTree(text);
            JsonNode hypervisors = tree.path("hypervisor");
            if (hypervisors.size() != 1) {
                throw new IllegalArgumentException("it does not name one hypervisor");
            }
            JsonNode only = hypervisors.elements().next();
            for (String key : NEEDED) {
                if (only.path(key).asText("").isEmpty()) {
                    throw new IllegalArgumentException("its hypervisor has no \"" + key + "\"");
                }
            }
            KataConfiguration parsed = new KataConfiguration(text, only, tree.path("runtime"));
            for (Path each : parsed.files()) {
                if (!each.isAbsolute()) {
                    throw new IllegalArgumentException("it names the relative path " + each);
                }
            }
            return parsed;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("it is no TOML: " + e.getOriginalMessage(), e);
        }
    }

    /// The program of its hypervisor.
    public Path program() {
        return Path.of(hypervisor.path("path").asText());
    }

    /// The program that gives a guest its files; empty where its hypervisor has none.
    public Optional<Path> daemon() {
        return Optional.of(hypervisor.path(DAEMON).asText(""))
                .filter(file -> !file.isEmpty())
                .map(Path::of);
    }

    /// Files that have to be there: the hypervisor first, then the guest's kernel.
    public List<Path> files() {
        List<Path> all = new ArrayList<>();
        for (List<String> keys : List.of(NEEDED, MORE)) {
            for (String key : keys) {
                String file = hypervisor.path(key).asText("");
                if (!file.isEmpty()) {
                    all.add(Path.of(file));
                }
            }
        }
        return all;
    }

    /// The same for a release that was unpacked elsewhere, with [what is ours][#OURS]; comments and
    /// order stay.
    ///
    /// @param root the directory that has the release's `opt/kata`
    /// @throws IllegalArgumentException where the file cannot be changed so; the message is a
    ///   clause
    public KataConfiguration unpackedIn(Path root) {
        String place = root + PREFIX;
        if (!place.matches("[^\"'\\\\\\p{Cntrl}]+")) {
            throw new IllegalArgumentException("it cannot name files below " + root);
        }
        String moved = PLACE.matcher(text).replaceAll(Matcher.quoteReplacement(place));
        for (Map.Entry<String, String> each : OURS.entrySet()) {
            moved = set(moved, each.getKey(), each.getValue());
        }
        KataConfiguration changed = parse(moved);
        if (!changed.isOurs()) {
            throw new IllegalArgumentException(
                    "%s and %s cannot be set in it".formatted(OURS.keySet().toArray()));
        }
        for (Path each : changed.files()) {
            if (!each.normalize().startsWith(place)) {
                throw new IllegalArgumentException(
                        "it names %s in a way that cannot be changed".formatted(each));
            }
        }
        return changed;
    }

    private boolean isOurs() {
        JsonNode annotations = hypervisor.path("enable_annotations");
        return annotations.isArray()
                && annotations.isEmpty()
                && runtime.path("sandbox_cgroup_only").asBoolean(false);
    }

    /// Sets a key where the file has it, or has it in a comment.
    private static String set(String text, String key, String value) {
        String line = key + " = " + value;
        Matcher said = Pattern.compile("(?m)^[ \\t]*" + key + "[ \\t]*=.*$").matcher(text);
        if (said.find()) {
            return said.replaceFirst(line);
        }
        return Pattern.compile("(?m)^[ \\t]*#[ \\t]*" + key + "[ \\t]*=.*$")
                .matcher(text)
                .replaceFirst(line);
    }
}
