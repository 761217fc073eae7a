/// Images: what is stored, archives that are loaded, and the two images that Glovebox itself makes.
@NullMarked
package dev.glovebox.containerd.image;

import org.jspecify.annotations.NullMarked;
