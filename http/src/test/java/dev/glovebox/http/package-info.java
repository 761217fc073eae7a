@NullMarked
package dev.glovebox.http;

import org.jspecify.annotations.NullMarked;
