@NullMarked
package dev.glovebox.apiserver.amounts;

import org.jspecify.annotations.NullMarked;
