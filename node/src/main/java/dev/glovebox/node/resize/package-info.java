/// In-place resize (KEP-1287): what a node gives to pods, which may be other than what they ask
/// for.
@NullMarked
package dev.glovebox.node.resize;

import org.jspecify.annotations.NullMarked;
