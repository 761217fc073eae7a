/// Handlers put under a containerd that is not ours: read its configuration, decide what to write,
/// write it with a way back, and keep it only where a probe pod was seen to run.
@NullMarked
package dev.glovebox.runtimes.foreign;

import org.jspecify.annotations.NullMarked;
