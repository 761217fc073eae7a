/// What nodes and pods use, as `metrics.k8s.io` tells it: asked of the nodes at the moment of
/// asking, never stored.
@NullMarked
package dev.glovebox.apiserver.metrics;

import org.jspecify.annotations.NullMarked;
