/// What the command line and the engine say to each other, over a unix socket that the kernel
/// vouches for, and where an engine keeps its files. The JDK alone: the command line starts within
/// a fraction of a second.
@NullMarked
package dev.glovebox.control;

import org.jspecify.annotations.NullMarked;
