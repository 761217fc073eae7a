/// Files that outlive a crash of the machine.
@NullMarked
package dev.glovebox.node.files;

import org.jspecify.annotations.NullMarked;
