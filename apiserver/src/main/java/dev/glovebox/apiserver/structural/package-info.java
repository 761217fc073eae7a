/// Structural schemas: what makes one, and what makes a value valid under one.
@NullMarked
package dev.glovebox.apiserver.structural;

import org.jspecify.annotations.NullMarked;
