/// The C library, for what the JDK has no word for.
@NullMarked
package dev.glovebox.node.libc;

import org.jspecify.annotations.NullMarked;
