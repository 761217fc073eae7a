/// The controllers of nodes that fall silent, and of pods that nobody looks after any more.
@NullMarked
package dev.glovebox.controllers.nodes;

import org.jspecify.annotations.NullMarked;
