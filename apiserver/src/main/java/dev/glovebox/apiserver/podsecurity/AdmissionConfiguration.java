package dev.glovebox.apiserver.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.rules.Words;
import dev.glovebox.apiserver.schema.YamlReader;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Reads the file that kube-apiserver takes by `--admission-control-config-file`: an
/// `AdmissionConfiguration` of `apiserver.config.k8s.io/v1`, of which PodSecurity is the one plugin
/// that can be configured here. What is not known is refused by its name: a setting that is not
/// understood must not be taken for one that holds.
public final class AdmissionConfiguration {
    private static final List<String> MODES = List.of("enforce", "audit", "warn");

    private AdmissionConfiguration() {}

    /// The configuration in a file, JSON or YAML.
    ///
    /// @throws IllegalArgumentException for what cannot be read or understood, in a sentence for a
    ///   person
    public static PodSecurityConfiguration parse(byte[] file) {
        JsonNode root = YamlReader.settings(file);
        requireKind(root, "", "apiserver.config.k8s.io/v1", "AdmissionConfiguration");
        requireFields(root, "", Set.of("apiVersion", "kind", "plugins"));
        PodSecurityConfiguration found = PodSecurityConfiguration.STANDARD;
        Set<String> seen = new LinkedHashSet<>();
        JsonNode plugins = root.path("plugins");
        requireType(plugins.isMissingNode() || plugins.isArray(), "plugins", "a list");
        for (int i = 0; i < plugins.size(); i++) {
            String place = "plugins[" + i + "]";
            String name = plugins.get(i).path("name").asText();
            requireFields(plugins.get(i), place, Set.of("name", "configuration"));
            if (!name.equals("PodSecurity") || !seen.add(name)) {
                throw new IllegalArgumentException(
                        "%s.name: \"%s\" is not a plugin that can be configured here, or is there twice; PodSecurity is one that can"
                                .formatted(place, name));
            }
            found = podSecurity(plugins.get(i).path("configuration"), place + ".configuration");
        }
        return found;
    }

    private static PodSecurityConfiguration podSecurity(JsonNode tree, String place) {
        requireKind(
                tree,
                place + ".",
                "pod-security.admission.config.k8s.io/v1",
                "PodSecurityConfiguration");
        requireFields(tree, place, Set.of("apiVersion", "kind", "defaults", "exemptions"));
        return new PodSecurityConfiguration(
                defaults(tree.path("defaults"), place + ".defaults"),
                exemptions(tree.path("exemptions"), place + ".exemptions"));
    }

    private static NamespacePolicy defaults(JsonNode tree, String place) {
        Set<String> known = new LinkedHashSet<>(MODES);
        MODES.forEach(mode -> known.add(mode + "-version"));
        requireFields(tree, place, known);
        return new NamespacePolicy(
                mode(tree, place, "enforce"),
                mode(tree, place, "audit"),
                mode(tree, place, "warn"));
    }

    private static LevelVersion mode(JsonNode defaults, String place, String mode) {
        String level = defaults.path(mode).asText("privileged");
        String version = defaults.path(mode + "-version").asText("latest");
        return LevelVersion.parse(level, version)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "%s.%s: \"%s\" and \"%s\" are not a level and a version"
                                        .formatted(place, mode, level, version)));
    }

    private static Exemptions exemptions(JsonNode tree, String place) {
        requireFields(tree, place, Set.of("usernames", "namespaces", "runtimeClasses"));
        return new Exemptions(
                names(tree, place, "usernames", name -> List.of()),
                names(tree, place, "namespaces", Words::label),
                names(tree, place, "runtimeClasses", Words::subdomain));
    }

    private static Set<String> names(
            JsonNode tree, String place, String field, Function<String, List<String>> rule) {
        JsonNode list = tree.path(field);
        requireType(list.isMissingNode() || list.isArray(), place + "." + field, "a list");
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < list.size(); i++) {
            String at = "%s.%s[%d]".formatted(place, field, i);
            requireType(list.get(i).isTextual(), at, "a text");
            String name = list.get(i).asText();
            FieldErrors errors = new FieldErrors();
            errors.invalid(Path.of(at), name, rule.apply(name));
            if (name.isEmpty() || !errors.isEmpty() || !names.add(name)) {
                throw new IllegalArgumentException(
                        at
                                + ": "
                                + (errors.isEmpty()
                                        ? "empty, or there twice: \"" + name + "\""
                                        : errors.message()));
            }
        }
        return names;
    }

    private static void requireKind(JsonNode tree, String place, String version, String kind) {
        String foundVersion = tree.path("apiVersion").asText();
        String foundKind = tree.path("kind").asText();
        if (!foundVersion.equals(version) || !foundKind.equals(kind)) {
            throw new IllegalArgumentException(
                    "%swants apiVersion %s and kind %s, not \"%s\" and \"%s\""
                            .formatted(
                                    place.isEmpty() ? "" : place.replaceFirst("\\.$", ": "),
                                    version,
                                    kind,
                                    foundVersion,
                                    foundKind));
        }
    }

    private static void requireFields(JsonNode tree, String place, Set<String> known) {
        requireType(tree.isMissingNode() || tree.isObject(), place, "an object");
        Optional<String> unknown =
                tree.properties().stream()
                        .map(Map.Entry::getKey)
                        .filter(each -> !known.contains(each))
                        .findFirst();
        if (unknown.isPresent()) {
            throw new IllegalArgumentException(
                    "unknown field \"%s%s\""
                            .formatted(place.isEmpty() ? "" : place + ".", unknown.get()));
        }
    }

    private static void requireType(boolean holds, String place, String wanted) {
        if (!holds) {
            throw new IllegalArgumentException(place + " wants to be " + wanted);
        }
    }
}
