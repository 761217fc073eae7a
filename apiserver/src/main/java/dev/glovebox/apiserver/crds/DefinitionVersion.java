package dev.glovebox.apiserver.crds;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Order of the names of versions: stable before beta before alpha, newer before older, everything
/// else behind them by the alphabet. Source: apimachinery's
/// `version.CompareKubeAwareVersionStrings`.
final class DefinitionVersion {
    private static final Pattern KNOWN =
            Pattern.compile("v([0-9]{1,9})(?:(alpha|beta)([0-9]{1,9}))?");
    private static final List<String> STAGES = List.of("", "beta", "alpha");

    static final Comparator<String> PREFERRED_FIRST = DefinitionVersion::compare;

    private DefinitionVersion() {}

    private static int compare(String left, String right) {
        Matcher a = KNOWN.matcher(left);
        Matcher b = KNOWN.matcher(right);
        if (!a.matches() || !b.matches()) {
            return a.matches() ? -1 : b.matches() ? 1 : left.compareTo(right);
        }
        int stage = Integer.compare(stage(a), stage(b));
        if (stage != 0) {
            return stage;
        }
        int major = Integer.compare(number(b, 1), number(a, 1));
        return major != 0 ? major : Integer.compare(number(b, 3), number(a, 3));
    }

    private static int stage(Matcher version) {
        String stage = version.group(2);
        return STAGES.indexOf(stage == null ? "" : stage);
    }

    private static int number(Matcher version, int group) {
        String digits = version.group(group);
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    /// The versions of a definition that are served, the preferred one first.
    static List<JsonNode> served(JsonNode definition) {
        return java.util.stream.StreamSupport.stream(
                        definition.path("spec").path("versions").spliterator(), false)
                .filter(version -> version.path("served").asBoolean())
                .sorted(
                        Comparator.comparing(
                                version -> version.path("name").asText(), PREFERRED_FIRST))
                .toList();
    }
}
