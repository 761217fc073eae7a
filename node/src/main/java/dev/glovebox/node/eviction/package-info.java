/// Which pods have to leave their node: those that use more of its disk than they may, and, when
/// the node lacks something, those whose turn it is. Decisions are pure; what is measured comes
/// from the kernel and the runtime, never from a container's word.
@NullMarked
package dev.glovebox.node.eviction;

import org.jspecify.annotations.NullMarked;
