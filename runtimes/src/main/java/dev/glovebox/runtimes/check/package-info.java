/// Whether a program runs under gVisor as it does under runc: what two runs of it left is compared,
/// and gVisor's log of refused system calls is read. Pure but for [RefusedCallsFile].
@NullMarked
package dev.glovebox.runtimes.check;

import org.jspecify.annotations.NullMarked;
