/// Volumes of pods: directories of the node, memory, paths of the host.
@NullMarked
package dev.glovebox.node.volume;

import org.jspecify.annotations.NullMarked;
