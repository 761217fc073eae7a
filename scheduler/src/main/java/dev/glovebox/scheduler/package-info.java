/// Filters and scores nodes, and binds pods to them.
@NullMarked
package dev.glovebox.scheduler;

import org.jspecify.annotations.NullMarked;
