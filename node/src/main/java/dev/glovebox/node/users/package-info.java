/// Users of a pod's own (`hostUsers: false`): which ids of the host they are, and whether the
/// kernel holds the pod to that.
@NullMarked
package dev.glovebox.node.users;

import org.jspecify.annotations.NullMarked;
