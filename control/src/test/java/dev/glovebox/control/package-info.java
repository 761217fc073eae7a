@NullMarked
package dev.glovebox.control;

import org.jspecify.annotations.NullMarked;
