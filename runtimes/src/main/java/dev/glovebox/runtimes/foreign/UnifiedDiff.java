package dev.glovebox.runtimes.foreign;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A change of a text as `diff -u` and `patch` have it, with three lines around it.
final class UnifiedDiff {
    private static final int CONTEXT = 3;
    private static final String UNENDED = "\n\\ No newline at end of file";

    private UnifiedDiff() {}

    /// The diff of a change; empty where nothing changes.
    static String of(FileChange change) {
        if (change.changesNothing()) {
            return "";
        }
        List<String> old = lines(change.before().orElse(""));
        List<String> now = lines(change.after());
        String from = change.before().isPresent() ? change.path().toString() : "/dev/null";
        String to = change.path().toString();
        List<String> diff =
                old.isEmpty()
                        ? fromNothing(from, to, now)
                        : UnifiedDiffUtils.generateUnifiedDiff(
                                from, to, old, DiffUtils.diff(old, now), CONTEXT);
        return diff.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    /// Nothing has no first line, which the library would name.
    private static List<String> fromNothing(String from, String to, List<String> now) {
        return Stream.concat(
                        Stream.of(
                                "--- " + from,
                                "+++ " + to,
                                "@@ -0,0 +1,%d @@".formatted(now.size())),
                        now.stream().map(line -> "+" + line))
                .toList();
    }

    /// Lines without their ends; the last one says so where it has none.
    private static List<String> lines(String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        String marked = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        List<String> lines = new ArrayList<>(List.of(marked.split("\n", -1)));
        if (!text.endsWith("\n")) {
            lines.addLast(lines.removeLast() + UNENDED);
        }
        return lines;
    }
}
