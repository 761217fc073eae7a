/// Kata Containers: its configuration, and whether this machine can run its virtual machines.
@NullMarked
package dev.glovebox.runtimes.kata;

import org.jspecify.annotations.NullMarked;
