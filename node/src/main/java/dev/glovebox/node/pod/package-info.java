/// What a node knows of one pod and what it does next: observation, plan and status, all pure.
@NullMarked
package dev.glovebox.node.pod;

import org.jspecify.annotations.NullMarked;
