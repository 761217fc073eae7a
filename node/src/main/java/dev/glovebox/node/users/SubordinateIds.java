package dev.glovebox.node.users;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the administrator gave of the host's ids: `/etc/subuid` or `/etc/subgid` (subuid(5)). Pure.
///
/// @param shares in the order of the file
record SubordinateIds(List<Share> shares) {
    /// Nobody was given any.
    static final SubordinateIds NONE = new SubordinateIds(List.of());

    /// Whose share is for pods, as the kubelet has it.
    private static final String PODS = "kubelet";

    private static final Pattern LINE = Pattern.compile("([^:\\s]+):(\\d{1,10}):(\\d{1,10})");

    SubordinateIds {
        shares = List.copyOf(shares);
    }

    /// What one user was given.
    ///
    /// @param owner by name or by number
    record Share(String owner, long first, long count) {
        boolean has(UserRange range) {
            return first <= range.first() && range.end() <= first + count;
        }
    }

    /// A file's text. What is no line of its kind gives nobody anything, as to newuidmap(1).
    static SubordinateIds parse(String text) {
        List<Share> shares = new ArrayList<>();
        for (String line : text.lines().toList()) {
            Matcher matcher = LINE.matcher(line.strip());
            if (matcher.matches()) {
                shares.add(
                        new Share(
                                matcher.group(1),
                                Long.parseLong(matcher.group(2)),
                                Long.parseLong(matcher.group(3))));
            }
        }
        return new SubordinateIds(shares);
    }

    /// The share for pods; empty where the file has none.
    ///
    /// @throws UsersException where it has several, or one that ranges do not fill
    Optional<Share> forPods() {
        List<Share> all = shares.stream().filter(each -> each.owner().equals(PODS)).toList();
        if (all.size() > 1) {
            throw new UsersException("several shares of ids for user " + PODS);
        }
        all.stream()
                .filter(each ->
                        each.first() % UserRange.LENGTH != 0
                                || each.first() == 0
                                || each.count() % UserRange.LENGTH != 0
                                || each.count() == 0)
                .findFirst()
                .ifPresent(each -> {
                    throw new UsersException(
                            "the ids of user %s, %d from %d on, are not whole ranges of %d"
                                    .formatted(PODS, each.count(), each.first(), UserRange.LENGTH));
                });
        return all.stream().findFirst();
    }

    /// Whether any id of a range was given to somebody who is not for pods.
    boolean reach(UserRange range) {
        return shares.stream()
                .filter(each -> !each.owner().equals(PODS))
                .anyMatch(each -> range.overlaps(each.first(), each.count()));
    }
}
