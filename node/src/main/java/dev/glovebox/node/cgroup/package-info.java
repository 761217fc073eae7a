/// Pod cgroups: what a pod asks for, and the files that hold it to that.
@NullMarked
package dev.glovebox.node.cgroup;

import org.jspecify.annotations.NullMarked;
