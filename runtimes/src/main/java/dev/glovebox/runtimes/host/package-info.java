/// What the host itself says of a sandbox: processes, namespaces and cgroups, read from the kernel
/// and not from any configuration.
@NullMarked
package dev.glovebox.runtimes.host;

import org.jspecify.annotations.NullMarked;
