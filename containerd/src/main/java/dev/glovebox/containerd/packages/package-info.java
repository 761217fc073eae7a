/// Where the container programs come from: the machine's own, or Debian's packages, downloaded with
/// apt's own checks and unpacked beside the system.
@NullMarked
package dev.glovebox.containerd.packages;

import org.jspecify.annotations.NullMarked;
