/// Connections to ports of pods whose network is inside their sandbox: port-forward's streams over
/// SPDY, and SPDY over WebSocket.
@NullMarked
package dev.glovebox.node.forward;

import org.jspecify.annotations.NullMarked;
