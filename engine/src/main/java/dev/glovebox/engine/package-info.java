/// The local engine: one readable composition root over all parts, and what its command line asks.
@NullMarked
package dev.glovebox.engine;

import org.jspecify.annotations.NullMarked;
