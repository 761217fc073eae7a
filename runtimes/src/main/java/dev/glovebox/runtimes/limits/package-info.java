/// What happens at a limit, under each runtime, as it was seen on this machine.
@NullMarked
package dev.glovebox.runtimes.limits;

import org.jspecify.annotations.NullMarked;
