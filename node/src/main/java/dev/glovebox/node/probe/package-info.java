/// Asks containers how they are, and runs their hooks: by a command, HTTP, TCP or gRPC. Knows no
/// policy of pods; whoever starts it hears what it came to.
@NullMarked
package dev.glovebox.node.probe;

import org.jspecify.annotations.NullMarked;
