/// The glovebox command: thin, over a unix socket.
@NullMarked
package dev.glovebox.cli;

import org.jspecify.annotations.NullMarked;
