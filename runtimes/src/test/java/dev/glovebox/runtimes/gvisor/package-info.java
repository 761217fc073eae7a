@NullMarked
package dev.glovebox.runtimes.gvisor;

import org.jspecify.annotations.NullMarked;
