/// Amounts of resources as numbers, and what a pod as a whole comes to.
@NullMarked
package dev.glovebox.node.amounts;

import org.jspecify.annotations.NullMarked;
