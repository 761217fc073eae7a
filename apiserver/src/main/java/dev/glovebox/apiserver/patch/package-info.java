/// The three kinds of patch: JSON patch, merge patch and strategic merge patch.
@NullMarked
package dev.glovebox.apiserver.patch;

import org.jspecify.annotations.NullMarked;
