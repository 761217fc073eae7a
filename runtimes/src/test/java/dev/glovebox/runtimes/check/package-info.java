/// Tests of `check`'s judgement and of what it reads.
@NullMarked
package dev.glovebox.runtimes.check;

import org.jspecify.annotations.NullMarked;
