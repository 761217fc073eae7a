package dev.glovebox.runtimes.foreign;

import java.util.ArrayList;
import java.util.List;

/// A change of a text as `diff -u` and `patch` have it, with three lines around it.
final class UnifiedDiff {
    private static final int CONTEXT = 3;

    /// Beyond so many pairs of lines the middle of a text is shown as one change.
    private static final long MOST_PAIRS = 4_000_000;

    private final List<Line> lines = new ArrayList<>();

    private UnifiedDiff() {}

    /// One line with its mark: ` `, `-` or `+`.
    private record Line(char mark, String text) {
        boolean in(char side) {
            return mark == ' ' || mark == side;
        }
    }

    /// The diff of a change; empty where nothing changes.
    static String of(FileChange change) {
        if (change.changesNothing()) {
            return "";
        }
        UnifiedDiff diff = new UnifiedDiff();
        diff.compare(split(change.before().orElse("")), split(change.after()));
        String from = change.before().isPresent() ? change.path().toString() : "/dev/null";
        return "--- " + from + "\n+++ " + change.path() + "\n" + diff.hunks();
    }

    /// Lines with their ends.
    private static List<String> split(String text) {
        List<String> lines = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf('\n', at);
            int next = end < 0 ? text.length() : end + 1;
            lines.add(text.substring(at, next));
            at = next;
        }
        return lines;
    }

    private void compare(List<String> old, List<String> now) {
        int head = 0;
        int most = Math.min(old.size(), now.size());
        while (head < most && old.get(head).equals(now.get(head))) {
            add(' ', old.get(head++));
        }
        int tail = 0;
        while (tail < most - head
                && old.get(old.size() - 1 - tail).equals(now.get(now.size() - 1 - tail))) {
            tail++;
        }
        middle(old.subList(head, old.size() - tail), now.subList(head, now.size() - tail));
        old.subList(old.size() - tail, old.size()).forEach(line -> add(' ', line));
    }

    private void middle(List<String> old, List<String> now) {
        if ((long) old.size() * now.size() > MOST_PAIRS) {
            old.forEach(line -> add('-', line));
            now.forEach(line -> add('+', line));
            return;
        }
        int[][] common = common(old, now);
        int i = 0;
        int j = 0;
        while (i < old.size() || j < now.size()) {
            if (i < old.size() && j < now.size() && old.get(i).equals(now.get(j))) {
                add(' ', old.get(i++));
                j++;
            } else if (j == now.size()
                    || (i < old.size() && common[i + 1][j] >= common[i][j + 1])) {
                add('-', old.get(i++));
            } else {
                add('+', now.get(j++));
            }
        }
    }

    /// How many lines two ends of the texts have in common at most.
    private static int[][] common(List<String> old, List<String> now) {
        int[][] most = new int[old.size() + 1][now.size() + 1];
        for (int i = old.size() - 1; i >= 0; i--) {
            for (int j = now.size() - 1; j >= 0; j--) {
                most[i][j] =
                        old.get(i).equals(now.get(j))
                                ? most[i + 1][j + 1] + 1
                                : Math.max(most[i + 1][j], most[i][j + 1]);
            }
        }
        return most;
    }

    private void add(char mark, String text) {
        lines.add(new Line(mark, text));
    }

    private String hunks() {
        StringBuilder all = new StringBuilder();
        int at = 0;
        while (at < lines.size()) {
            int change = nextChange(at);
            if (change == lines.size()) {
                break;
            }
            int end = change;
            for (int next = change;
                    next < lines.size() && next - end <= 2 * CONTEXT;
                    next = nextChange(end)) {
                end = next + 1;
            }
            int from = Math.max(at, change - CONTEXT);
            int to = Math.min(lines.size(), end + CONTEXT);
            hunk(all, from, to);
            at = to;
        }
        return all.toString();
    }

    private int nextChange(int from) {
        int at = from;
        while (at < lines.size() && lines.get(at).mark() == ' ') {
            at++;
        }
        return at;
    }

    private void hunk(StringBuilder all, int from, int to) {
        all.append("@@ -").append(range('-', from, to));
        all.append(" +").append(range('+', from, to)).append(" @@\n");
        for (Line line : lines.subList(from, to)) {
            all.append(line.mark()).append(line.text());
            if (!line.text().endsWith("\n")) {
                all.append("\n\\ No newline at end of file\n");
            }
        }
    }

    private String range(char side, int from, int to) {
        long before = lines.subList(0, from).stream().filter(line -> line.in(side)).count();
        long count = lines.subList(from, to).stream().filter(line -> line.in(side)).count();
        return (count == 0 ? before : before + 1) + "," + count;
    }
}
