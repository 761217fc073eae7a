package dev.glovebox.runtimes.check;

import java.util.List;

/// Names of system calls for which gVisor has only a number. From 424 on they are the same on every
/// architecture. Source: Linux' `scripts/syscall.tbl`.
final class CallNames {
    private static final int FIRST = 424;
    private static final String NUMBERED = "sys_";
    private static final List<String> NAMES =
            List.of(
                    ("pidfd_send_signal io_uring_setup io_uring_enter io_uring_register open_tree"
                                    + " move_mount fsopen fsconfig fsmount fspick pidfd_open clone3"
                                    + " close_range openat2 pidfd_getfd faccessat2 process_madvise"
                                    + " epoll_pwait2 mount_setattr quotactl_fd"
                                    + " landlock_create_ruleset landlock_add_rule"
                                    + " landlock_restrict_self memfd_secret process_mrelease"
                                    + " futex_waitv set_mempolicy_home_node cachestat fchmodat2"
                                    + " map_shadow_stack futex_wake futex_wait futex_requeue"
                                    + " statmount listmount lsm_get_self_attr lsm_set_self_attr"
                                    + " lsm_list_modules mseal setxattrat getxattrat listxattrat"
                                    + " removexattrat open_tree_attr")
                            .split(" ", -1));

    private CallNames() {}

    /// The name, from gVisor's word: `vmsplice`, or `sys_442`, which stays where it has no name.
    static String of(String word) {
        if (!word.matches(NUMBERED + "[0-9]{1,6}")) {
            return word;
        }
        int at = Integer.parseInt(word.substring(NUMBERED.length())) - FIRST;
        return at >= 0 && at < NAMES.size() ? NAMES.get(at) : word;
    }
}
