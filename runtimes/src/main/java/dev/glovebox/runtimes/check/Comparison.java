package dev.glovebox.runtimes.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// How what was written to one stream under gVisor compares with what was written under runc.
///
/// @param kind in one word
/// @param text a clause to go on from the stream's name
/// @param pairs the first lines that differ; empty where none do
public record Comparison(Kind kind, String text, List<Pair> pairs) {
    private static final int SHOWN = 5;

    /// Copies the pairs.
    public Comparison {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(text, "text");
        pairs = List.copyOf(pairs);
    }

    /// What was found.
    public enum Kind {
        /// The same bytes.
        SAME,
        /// It differs where two runs under runc do as well.
        UNSTABLE,
        /// It differs.
        DIFFERENT
    }

    /// A line that differs.
    ///
    /// @param number from 1 on
    /// @param runc as it was under runc; empty where it ended before
    /// @param gvisor as it was under gVisor; empty where it ended before
    public record Pair(int number, String runc, String gvisor) {}

    /// Of two runs. Blames gVisor for whatever differs.
    static Comparison of(Captured gvisor, Captured runc) {
        return of(gvisor, runc, runc);
    }

    /// Of a run under gVisor and two under runc: what differs between these is nobody's fault.
    static Comparison of(Captured gvisor, Captured runc, Captured again) {
        if (gvisor.same(runc) || gvisor.same(again)) {
            return new Comparison(
                    Kind.SAME,
                    "is the same" + (gvisor.truncated() ? " in its first mebibyte" : ""),
                    List.of());
        }
        List<String> ours = gvisor.lines();
        List<String> theirs = runc.lines();
        Set<Integer> unstable = differing(theirs, again.lines());
        if (theirs.size() != again.lines().size()) {
            return new Comparison(
                    Kind.UNSTABLE,
                    "has another length in each run, under runc too (%d, %d and %d lines)"
                            .formatted(theirs.size(), again.lines().size(), ours.size()),
                    List.of());
        }
        Set<Integer> blamed = differing(ours, theirs);
        blamed.removeAll(unstable);
        if (ours.size() != theirs.size()) {
            return new Comparison(
                    Kind.DIFFERENT,
                    "has %d lines, under runc %d".formatted(ours.size(), theirs.size()),
                    pairs(blamed, theirs, ours));
        }
        if (!blamed.isEmpty()) {
            return new Comparison(
                    Kind.DIFFERENT,
                    "differs in %d of %d lines".formatted(blamed.size(), ours.size()),
                    pairs(blamed, theirs, ours));
        }
        return unstable.isEmpty()
                ? new Comparison(
                        Kind.DIFFERENT, "differs in bytes that are no part of a line", List.of())
                : new Comparison(
                        Kind.UNSTABLE,
                        "differs only in lines that differ between two runs under runc too (%d of %d)"
                                .formatted(unstable.size(), ours.size()),
                        List.of());
    }

    /// Numbers from 0 on; lines that one side alone has are among them.
    private static Set<Integer> differing(List<String> one, List<String> other) {
        Set<Integer> found = new HashSet<>();
        for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
            if (!line(one, i).equals(line(other, i)) || i >= one.size() || i >= other.size()) {
                found.add(i);
            }
        }
        return found;
    }

    private static List<Pair> pairs(Set<Integer> at, List<String> runc, List<String> gvisor) {
        List<Pair> pairs = new ArrayList<>();
        at.stream()
                .sorted()
                .limit(SHOWN)
                .forEach(i -> pairs.add(new Pair(i + 1, line(runc, i), line(gvisor, i))));
        return pairs;
    }

    private static String line(List<String> lines, int at) {
        return at < lines.size() ? lines.get(at) : "";
    }
}
