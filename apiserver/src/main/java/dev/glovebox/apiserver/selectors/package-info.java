/// Label and field selectors.
@NullMarked
package dev.glovebox.apiserver.selectors;

import org.jspecify.annotations.NullMarked;
