@NullMarked
package dev.glovebox.runtimes;

import org.jspecify.annotations.NullMarked;
