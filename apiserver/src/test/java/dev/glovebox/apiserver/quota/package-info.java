@NullMarked
package dev.glovebox.apiserver.quota;

import org.jspecify.annotations.NullMarked;
