@NullMarked
package dev.glovebox.runtimes.measure;

import org.jspecify.annotations.NullMarked;
