/// The kubelet's HTTP API of a node, on a unix socket.
@NullMarked
package dev.glovebox.node.server;

import org.jspecify.annotations.NullMarked;
