/// The local engine: one readable composition root over all parts.
@NullMarked
package dev.glovebox.engine;

import org.jspecify.annotations.NullMarked;
