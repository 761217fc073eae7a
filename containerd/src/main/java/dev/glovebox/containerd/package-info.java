/// The containerd process, its configuration, its CRI client, task events and image import.
@NullMarked
package dev.glovebox.containerd;

import org.jspecify.annotations.NullMarked;
