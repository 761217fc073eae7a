/// How much of each resource: in lists, and of a pod as a whole. Pure.
@NullMarked
package dev.glovebox.apiserver.amounts;

import org.jspecify.annotations.NullMarked;
