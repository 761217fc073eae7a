package dev.glovebox.node.users;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The ids of the host that the users and groups of one pod are: the pod's 0 is the first, and
/// there are as many as 16 bits count. Size and alignment are the kubelet's (KEP-127).
///
/// @param first id of the host, a multiple of [#LENGTH], so that no two ranges overlap in part;
///   never 0, which is the host's root
public record UserRange(long first) {
    /// Ids of a pod.
    public static final long LENGTH = 1L << 16;

    /// What no range reaches: from here on ids are negative to whoever takes them for signed.
    static final long END = 1L << 31;

    private static final Pattern TEXT = Pattern.compile("0 ([1-9]\\d{0,9}) 65536\n");

    /// Refuses what is not one of the host's ranges.
    public UserRange {
        if (first < LENGTH || first + LENGTH > END || first % LENGTH != 0) {
            throw new IllegalArgumentException("no range of ids begins at " + first);
        }
    }

    /// One past the last id.
    public long end() {
        return first + LENGTH;
    }

    /// Whether any of so many ids is in it.
    boolean overlaps(long from, long count) {
        return count > 0 && from < end() && first < from + count;
    }

    /// In the words of `/proc/PID/uid_map`: inside, outside, how many.
    String text() {
        return "0 " + first + " " + LENGTH + "\n";
    }

    /// What [#text] wrote; empty for anything else.
    static Optional<UserRange> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long first = Long.parseLong(matcher.group(1));
        return first < LENGTH || first + LENGTH > END || first % LENGTH != 0
                ? Optional.empty()
                : Optional.of(new UserRange(first));
    }

    @Override
    public String toString() {
        return first + " to " + (end() - 1);
    }
}
