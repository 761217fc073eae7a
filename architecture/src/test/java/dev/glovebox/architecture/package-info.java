/// The rules that keep the parts apart, and the comments on what they show each other.
@NullMarked
package dev.glovebox.architecture;

import org.jspecify.annotations.NullMarked;
