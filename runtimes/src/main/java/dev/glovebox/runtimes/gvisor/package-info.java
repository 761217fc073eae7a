/// gVisor's `runsc`: found on this machine or fetched, judged by its age, and installed as a
/// handler of containerd's runc shim together with our launcher.
@NullMarked
package dev.glovebox.runtimes.gvisor;

import org.jspecify.annotations.NullMarked;
