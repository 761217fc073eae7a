package dev.glovebox.node.users;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which ids of the host the ids of a process are, as `/proc/PID/uid_map` and `gid_map` say
/// (user_namespaces(7)). Pure.
///
/// @param extents without overlap; none for a namespace that maps nothing yet
record IdMap(List<Extent> extents) {
    private static final Pattern LINE =
            Pattern.compile(" *(\\d{1,10}) +(\\d{1,10}) +(\\d{1,10}) *");

    IdMap {
        extents = List.copyOf(extents);
    }

    /// Ids that follow each other on both sides.
    ///
    /// @param inside the first as the process sees it
    /// @param outside the first as the host sees it
    record Extent(long inside, long outside, long count) {}

    /// What the kernel wrote.
    ///
    /// @throws UsersException for anything that it does not write
    static IdMap parse(String text) {
        List<Extent> extents = new ArrayList<>();
        for (String line : text.lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new UsersException("no line of a map of ids: \"" + line + "\"");
            }
            extents.add(
                    new Extent(
                            Long.parseLong(matcher.group(1)),
                            Long.parseLong(matcher.group(2)),
                            Long.parseLong(matcher.group(3))));
        }
        return new IdMap(extents);
    }

    /// Whether it maps a pod's ids to that range, and no others.
    boolean isOnly(UserRange range) {
        return extents.equals(List.of(new Extent(0, range.first(), UserRange.LENGTH)));
    }

    /// Whether any of its ids is in a range.
    boolean reaches(UserRange range) {
        return extents.stream().anyMatch(each -> range.overlaps(each.outside(), each.count()));
    }

    /// In one line, for people.
    @Override
    public String toString() {
        return extents.isEmpty()
                ? "none"
                : String.join(
                        ", ",
                        extents.stream()
                                .map(e ->
                                        "%d from %d at %d"
                                                .formatted(e.count(), e.inside(), e.outside()))
                                .toList());
    }
}
