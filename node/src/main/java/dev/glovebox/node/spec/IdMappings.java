package dev.glovebox.node.spec;

import dev.glovebox.cri.IDMapping;
import dev.glovebox.cri.Mount;
import dev.glovebox.cri.NamespaceMode;
import dev.glovebox.cri.UserNamespace;
import dev.glovebox.node.users.UserRange;
import java.util.List;
import java.util.Optional;

/// A pod's own users as CRI is told of them: users and groups alike, in its namespace and in each
/// of its mounts, so that a file's owner is the same to the pod as to the host.
final class IdMappings {
    private IdMappings() {}

    static UserNamespace namespace(UserRange range) {
        return UserNamespace.newBuilder()
                .setMode(NamespaceMode.POD)
                .addUids(mapping(range))
                .addGids(mapping(range))
                .build();
    }

    /// Mounts of a pod with users of its own; all of them, as the kubelet has it.
    static List<Mount> of(List<Mount> mounts, Optional<UserRange> users) {
        return users.map(range -> mounts.stream().map(mount -> of(mount, range)).toList())
                .orElse(mounts);
    }

    private static Mount of(Mount mount, UserRange range) {
        return mount.toBuilder()
                .addUidMappings(mapping(range))
                .addGidMappings(mapping(range))
                .build();
    }

    /// The field is of 32 bits without a sign; no range reaches its half.
    private static IDMapping mapping(UserRange range) {
        return IDMapping.newBuilder()
                .setContainerId(0)
                .setHostId(Math.toIntExact(range.first()))
                .setLength(Math.toIntExact(UserRange.LENGTH))
                .build();
    }
}
