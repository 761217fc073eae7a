/// Whose credentials open which registry, and which of the node's images are whose.
@NullMarked
package dev.glovebox.node.pull;

import org.jspecify.annotations.NullMarked;
