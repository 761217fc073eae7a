/// The API over HTTPS: who asks, discovery and health, streams, and the way on to nodes.
@NullMarked
package dev.glovebox.apiserver.http;

import org.jspecify.annotations.NullMarked;
