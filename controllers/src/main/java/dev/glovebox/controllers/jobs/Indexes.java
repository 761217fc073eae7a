package dev.glovebox.controllers.jobs;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A set of completion indexes, kept and written as intervals: `0-4,7`. However large its numbers
/// are, it is as small as its text.
final class Indexes {
    /// Last index of an interval by its first; no two touch.
    private final TreeMap<Integer, Integer> intervals = new TreeMap<>();

    /// Reads a status field. Indexes beyond the completions do not count, nor does what is none.
    static Indexes parse(String text, int completions) {
        Indexes indexes = new Indexes();
        for (String part : text.split(",", -1)) {
            if (!part.matches("[0-9]{1,9}(-[0-9]{1,9})?")) {
                continue;
            }
            String[] ends = part.split("-", -1);
            int first = Integer.parseInt(ends[0]);
            int last = Math.min(Integer.parseInt(ends[ends.length - 1]), completions - 1);
            if (first <= last) {
                indexes.add(first, last);
            }
        }
        return indexes;
    }

    Indexes copy() {
        Indexes copy = new Indexes();
        copy.intervals.putAll(intervals);
        return copy;
    }

    void add(int index) {
        add(index, index);
    }

    void addAll(Indexes others) {
        others.intervals.forEach(this::add);
    }

    private void add(int first, int last) {
        int from = first;
        int to = last;
        Map.Entry<Integer, Integer> near = intervals.floorEntry(to + 1);
        while (near != null && near.getValue() >= from - 1) {
            intervals.remove(near.getKey());
            from = Math.min(from, near.getKey());
            to = Math.max(to, near.getValue());
            near = intervals.floorEntry(to + 1);
        }
        intervals.put(from, to);
    }

    boolean has(int index) {
        Map.Entry<Integer, Integer> near = intervals.floorEntry(index);
        return near != null && near.getValue() >= index;
    }

    /// The first index, not below `from`, that is not in it.
    int firstAbsent(int from) {
        Map.Entry<Integer, Integer> near = intervals.floorEntry(from);
        return near != null && near.getValue() >= from ? near.getValue() + 1 : from;
    }

    int size() {
        return intervals.entrySet().stream()
                .mapToInt(each -> each.getValue() - each.getKey() + 1)
                .sum();
    }

    /// How many are in both.
    int common(Indexes other) {
        int common = 0;
        for (Map.Entry<Integer, Integer> one : intervals.entrySet()) {
            for (Map.Entry<Integer, Integer> two : other.intervals.entrySet()) {
                int first = Math.max(one.getKey(), two.getKey());
                int last = Math.min(one.getValue(), two.getValue());
                common += Math.max(0, last - first + 1);
            }
        }
        return common;
    }

    /// The text of a status field; two that follow each other are written apart, as Kubernetes
    /// does.
    @Override
    public String toString() {
        return intervals.entrySet().stream()
                .map(each -> text(each.getKey(), each.getValue()))
                .collect(Collectors.joining(","));
    }

    private static String text(int first, int last) {
        if (first == last) {
            return Integer.toString(first);
        }
        return first + (last == first + 1 ? "," : "-") + last;
    }
}
