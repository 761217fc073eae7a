/// Decides which isolation a pod gets; pure functions without input or output.
@NullMarked
package dev.glovebox.policy;

import org.jspecify.annotations.NullMarked;
