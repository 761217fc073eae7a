/// What pods ask of nodes (resources, labels, ports, tolerations), and whether a node has it. Pure:
/// for a scheduler, which asks before it sends a pod, and for a node, which asks again when one
/// comes.
@NullMarked
package dev.glovebox.placement;

import org.jspecify.annotations.NullMarked;
