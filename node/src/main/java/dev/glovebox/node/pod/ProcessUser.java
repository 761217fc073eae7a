package dev.glovebox.node.pod;

import java.util.List;

/// As whom the first process of a container began, by the container's own ids. Source: CRI's
/// `LinuxContainerUser`.
///
/// @param groups its further groups, `gid` among them where the runtime says so
public record ProcessUser(long uid, long gid, List<Long> groups) {
    /// Copies the groups.
    public ProcessUser {
        groups = List.copyOf(groups);
    }
}
