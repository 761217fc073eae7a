@NullMarked
package dev.glovebox.containerd.image;

import org.jspecify.annotations.NullMarked;
