@NullMarked
package dev.glovebox.runtimes.install;

import org.jspecify.annotations.NullMarked;
