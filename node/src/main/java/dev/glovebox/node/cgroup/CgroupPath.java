package dev.glovebox.node.cgroup;

import java.util.Objects;
import java.util.regex.Pattern;

/// Path of a pod's cgroup below the root of every hierarchy, for example
/// `/glovebox/master/kubepods/burstable/pod1b2c`. It is what CRI calls `cgroup_parent`. Its last
/// component begins with `pod`, by which gVisor finds the pod's own cgroup.
public record CgroupPath(String value) {
    private static final Pattern COMPONENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,252}");

    /// Refuses whatever could leave the tree.
    public CgroupPath {
        Objects.requireNonNull(value, "value");
        if (!value.startsWith("/")) {
            throw new IllegalArgumentException("a cgroup path must be absolute: " + value);
        }
        for (String component : value.substring(1).split("/", -1)) {
            if (!COMPONENT.matcher(component).matches()) {
                throw new IllegalArgumentException("not a cgroup path: " + value);
            }
        }
    }

    /// The root of everything on a node: `/glovebox/NODE`.
    public static CgroupPath ofNode(String node) {
        return new CgroupPath("/glovebox").child(node);
    }

    /// A cgroup below this one.
    public CgroupPath child(String component) {
        return new CgroupPath(value + "/" + component);
    }

    /// The path without its leading slash, to resolve against the root of a hierarchy.
    String relative() {
        return value.substring(1);
    }
}
