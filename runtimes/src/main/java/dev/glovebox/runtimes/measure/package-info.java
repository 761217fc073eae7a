/// What a runtime takes for each pod beside the pod's own programs, as it was seen on this machine.
@NullMarked
package dev.glovebox.runtimes.measure;

import org.jspecify.annotations.NullMarked;
