/// Images on the node that nobody uses, and their removal when the disk fills.
@NullMarked
package dev.glovebox.node.images;

import org.jspecify.annotations.NullMarked;
