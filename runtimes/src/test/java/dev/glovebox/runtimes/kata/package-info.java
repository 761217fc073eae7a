@NullMarked
package dev.glovebox.runtimes.kata;

import org.jspecify.annotations.NullMarked;
