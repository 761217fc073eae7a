/// The port to a Kubernetes API of somebody else, over HTTPS.
@NullMarked
package dev.glovebox.cluster.http;

import org.jspecify.annotations.NullMarked;
