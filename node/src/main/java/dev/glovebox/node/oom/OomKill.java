package dev.glovebox.node.oom;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One process that the kernel killed for want of memory, as a record of `/dev/kmsg` tells it
/// (`Documentation/ABI/testing/dev-kmsg`, `dump_oom_victim` in `mm/oom_kill.c`).
///
/// What users choose cannot pass for it: who writes to `/dev/kmsg` is never given the kernel's own
/// facility, 0; a process's name comes after the cgroup in the record and is at most 15 characters
/// long where a record begins with one; and a name of a cgroup that has a comma or an equals sign
/// in it makes the record another one, or leads to a cgroup around that one.
///
/// @param cgroup of the process, from the root of its hierarchy
record OomKill(String cgroup) {
    /// Longest record that is looked at; the kernel's are shorter.
    static final int LONGEST = 8192;

    private static final String PATH = "(?:/[A-Za-z0-9_.:@-]++)++|/";

    /// Priority and facility, number, time, flags and what else a newer kernel adds; then the
    /// message.
    private static final Pattern RECORD =
            Pattern.compile("(\\d{1,4}+),\\d{1,20}+,\\d{1,20}+,[^;\\n]{1,200}+;([^\\n]*+)");

    private static final Pattern MESSAGE =
            Pattern.compile(
                    "oom-kill:constraint=CONSTRAINT_[A-Z_]++,nodemask=(?:\\(null\\)|[0-9,-]*+),"
                            + "cpuset=[A-Za-z0-9_.:@/-]++,mems_allowed=[0-9-]*+(?:,[0-9-]++)*+,"
                            + "(?:global_oom|oom_memcg=(?:"
                            + PATH
                            + ")),task_memcg=("
                            + PATH
                            + "),task=.*,pid=\\d++,uid=\\d++");

    /// Reads a record; empty for one that tells of something else, or is not the kernel's.
    static Optional<OomKill> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        Matcher parts = RECORD.matcher(text);
        if (!parts.lookingAt() || Integer.parseInt(parts.group(1)) >> 3 != 0) {
            return Optional.empty();
        }
        Matcher message = MESSAGE.matcher(parts.group(2));
        return message.matches() ? Optional.of(new OomKill(message.group(1))) : Optional.empty();
    }
}
