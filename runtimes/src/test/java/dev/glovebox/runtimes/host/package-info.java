@NullMarked
package dev.glovebox.runtimes.host;

import org.jspecify.annotations.NullMarked;
