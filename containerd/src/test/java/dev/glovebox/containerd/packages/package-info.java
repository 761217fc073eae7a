@NullMarked
package dev.glovebox.containerd.packages;

import org.jspecify.annotations.NullMarked;
