/// The OCI runtimes of a node: found, verified, and seen to isolate before they are called ready.
@NullMarked
package dev.glovebox.runtimes;

import org.jspecify.annotations.NullMarked;
