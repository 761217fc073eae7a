/// Objects as rows, the way `kubectl get` prints them.
@NullMarked
package dev.glovebox.apiserver.table;

import org.jspecify.annotations.NullMarked;
