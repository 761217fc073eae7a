/// An HTTP server for the API and the node: blocking handlers on virtual threads over Netty,
/// HTTP/1.1 and HTTP/2, TLS or unix sockets, upgrades passed through raw.
@NullMarked
package dev.glovebox.http;

import org.jspecify.annotations.NullMarked;
