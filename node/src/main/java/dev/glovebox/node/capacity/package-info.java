/// What a node has, what of it is kept from pods, and what is left for them.
@NullMarked
package dev.glovebox.node.capacity;

import org.jspecify.annotations.NullMarked;
