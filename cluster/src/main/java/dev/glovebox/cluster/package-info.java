/// The port to a Kubernetes API: reads, writes, watches, and the reflector over them.
@NullMarked
package dev.glovebox.cluster;

import org.jspecify.annotations.NullMarked;
