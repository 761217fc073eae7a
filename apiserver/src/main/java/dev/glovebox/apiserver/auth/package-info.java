/// Who asks, and what they may do.
@NullMarked
package dev.glovebox.apiserver.auth;

import org.jspecify.annotations.NullMarked;
