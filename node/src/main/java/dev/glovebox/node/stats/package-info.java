/// What pods and their node use, as the kubelet tells it: measured by the node's cgroups, nothing
/// that a container could write.
@NullMarked
package dev.glovebox.node.stats;

import org.jspecify.annotations.NullMarked;
