package dev.glovebox.containerd.packages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// Reads the sources that apt's own configuration names, in both of its formats (sources.list(5)):
/// one line a source, and deb822 paragraphs. What is commented out, disabled or a source of sources
/// is left out.
final class AptSources {
    private AptSources() {}

    /// The sources below `etcApt`, normally `/etc/apt`, in apt's order.
    static List<AptSource> read(Path etcApt) {
        List<AptSource> sources = new ArrayList<>();
        try {
            Path list = etcApt.resolve("sources.list");
            if (Files.isRegularFile(list)) {
                sources.addAll(oneLine(Files.readString(list)));
            }
            Path parts = etcApt.resolve("sources.list.d");
            if (Files.isDirectory(parts)) {
                try (Stream<Path> files = Files.list(parts).sorted()) {
                    for (Path file : files.toList()) {
                        sources.addAll(part(file));
                    }
                }
            }
        } catch (IOException e) {
            throw new PackageException("cannot read the apt sources below " + etcApt, e);
        }
        return sources;
    }

    private static List<AptSource> part(Path file) throws IOException {
        String name = file.toString();
        if (name.endsWith(".list")) {
            return oneLine(Files.readString(file));
        }
        return name.endsWith(".sources") ? deb822(Files.readString(file)) : List.of();
    }

    /// Reads the format of `sources.list`: `deb [options] uri suite component...`.
    static List<AptSource> oneLine(String text) {
        return text.lines().map(AptSources::line).flatMap(List::stream).toList();
    }

    private static List<AptSource> line(String raw) {
        int comment = raw.indexOf('#');
        String line = (comment < 0 ? raw : raw.substring(0, comment)).strip();
        if (!line.startsWith("deb ") && !line.startsWith("deb\t") && !line.startsWith("deb[")) {
            return List.of();
        }
        String rest = line.substring(3).strip();
        String signedBy = "";
        if (rest.startsWith("[")) {
            int end = rest.indexOf(']');
            if (end < 0) {
                return List.of();
            }
            signedBy = signedBy(rest.substring(1, end));
            rest = rest.substring(end + 1).strip();
        }
        List<String> words = words(rest);
        return words.size() < 2
                ? List.of()
                : List.of(
                        new AptSource(
                                words.subList(0, 1),
                                words.subList(1, 2),
                                words.subList(2, words.size()),
                                signedBy));
    }

    private static String signedBy(String options) {
        return words(options).stream()
                .filter(option -> option.toLowerCase(Locale.ROOT).startsWith("signed-by="))
                .map(option -> option.substring(option.indexOf('=') + 1).replace(',', ' '))
                .findFirst()
                .orElse("");
    }

    /// Reads deb822 paragraphs (`Types:`, `URIs:`, `Suites:`, ...).
    static List<AptSource> deb822(String text) {
        List<AptSource> sources = new ArrayList<>();
        Map<String, String> fields = new LinkedHashMap<>();
        String last = "";
        for (String line : text.lines().toList()) {
            if (line.startsWith("#")) {
                continue;
            }
            if (line.isBlank()) {
                add(fields, sources);
                fields.clear();
                last = "";
            } else if (Character.isWhitespace(line.charAt(0))) {
                fields.merge(last, line, (before, more) -> before + "\n" + more);
            } else {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    last = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
                    fields.put(last, line.substring(colon + 1).strip());
                }
            }
        }
        add(fields, sources);
        return sources;
    }

    private static void add(Map<String, String> fields, List<AptSource> sources) {
        boolean enabled = !fields.getOrDefault("enabled", "yes").equalsIgnoreCase("no");
        List<String> uris = words(fields.getOrDefault("uris", ""));
        List<String> suites = words(fields.getOrDefault("suites", ""));
        if (enabled
                && words(fields.getOrDefault("types", "")).contains("deb")
                && !uris.isEmpty()
                && !suites.isEmpty()) {
            sources.add(
                    new AptSource(
                            uris,
                            suites,
                            words(fields.getOrDefault("components", "")),
                            fields.getOrDefault("signed-by", "")));
        }
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split("\\s+")).filter(word -> !word.isEmpty()).toList();
    }
}
