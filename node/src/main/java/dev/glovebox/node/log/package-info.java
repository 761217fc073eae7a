/// Logs of containers as CRI writes them: read, followed, cut.
@NullMarked
package dev.glovebox.node.log;

import org.jspecify.annotations.NullMarked;
