package dev.glovebox.runtimes.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What a system call is for that gVisor may lack, and what helps. Source: the calls that gVisor's
/// own table (`pkg/sentry/syscalls/linux/linux64.go`) answers with an error.
///
/// @param what in words
/// @param advice what helps, as a clause; empty where nothing is known to
/// @param missedByNobody whether what tries it goes on without it
public record Feature(String what, String advice, boolean missedByNobody) {
    private static final Map<String, Feature> BY_CALL = new HashMap<>();

    static {
        BY_CALL.put(
                "rseq",
                new Feature(
                        "restartable sequences",
                        "the C library tries it at every start and goes on without",
                        true));
        put(
                "io_uring",
                "have the program use epoll or threads",
                "io_uring_setup",
                "io_uring_enter",
                "io_uring_register");
        put("counters of the processor", "", "perf_event_open");
        put("page faults that a program handles itself", "", "userfaultfd");
        put("eBPF programs", "they belong on the host", "bpf");
        put("watching whole file systems", "inotify is there", "fanotify_init", "fanotify_mark");
        put(
                "POSIX message queues",
                "have the program use sockets or pipes",
                "mq_open",
                "mq_unlink",
                "mq_timedsend",
                "mq_timedreceive",
                "mq_notify",
                "mq_getsetattr");
        put("moving pages into a pipe", "have the program write them", "vmsplice");
        put("memory protection keys", "", "pkey_alloc", "pkey_free", "pkey_mprotect");
        put("mapping a file's pages in another order", "", "remap_file_pages");
        put("an identity for files alone", "", "setfsuid", "setfsgid");
        put("asynchronous I/O with a signal mask", "", "io_pgetevents");
        put("real-time scheduling", "", "sched_setparam", "sched_rr_get_interval");
        put(
                "placing memory on NUMA nodes",
                "",
                "migrate_pages",
                "move_pages",
                "set_mempolicy_home_node");
        put("setting the clock", "that is the host's", "settimeofday", "adjtimex", "clock_adjtime");
        put(
                "kernel modules",
                "they belong on the host",
                "create_module",
                "init_module",
                "finit_module",
                "delete_module");
        put("another kernel", "that is the host's", "kexec_load", "kexec_file_load", "reboot");
        put(
                "swap, quotas and accounting",
                "they are the host's",
                "swapon",
                "swapoff",
                "quotactl",
                "quotactl_fd",
                "acct");
        put("I/O ports", "", "iopl", "ioperm");
        put("comparing two processes", "", "kcmp");
        put("advising another process's memory", "", "process_madvise", "process_mrelease");
        put("waiting for several futexes", "", "futex_waitv");
        put("what of a file is in memory", "", "cachestat");
        put(
                "Landlock, by which a program confines itself",
                "",
                "landlock_create_ruleset",
                "landlock_add_rule",
                "landlock_restrict_self");
        put(
                "the newer calls for mounts",
                "have the program use mount",
                "open_tree",
                "move_mount",
                "fsopen",
                "fsconfig",
                "fsmount",
                "fspick",
                "mount_setattr",
                "statmount",
                "listmount");
        put("a setting of the process", "", "prctl", "arch_prctl");
        put("an option of a socket", "", "setsockopt", "getsockopt");
        put("a request to a device", "", "ioctl");
        put("syncing a part of a file", "have the program sync the whole", "sync_file_range");
        put("barriers across processors", "", "membarrier");
    }

    /// No part may be missing.
    public Feature {
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(advice, "advice");
    }

    /// Of a system call's name; empty where it is not among those that are known.
    static Optional<Feature> of(String call) {
        return Optional.ofNullable(BY_CALL.get(call));
    }

    private static void put(String what, String advice, String... calls) {
        List.of(calls).forEach(call -> BY_CALL.put(call, new Feature(what, advice, false)));
    }
}
