@NullMarked
package dev.glovebox.runtimes.foreign;

import org.jspecify.annotations.NullMarked;
