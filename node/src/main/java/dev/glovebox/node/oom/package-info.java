/// What the kernel's log tells of processes that it killed for want of memory.
@NullMarked
package dev.glovebox.node.oom;

import org.jspecify.annotations.NullMarked;
