/// The node agent: pod workers, volumes, cgroups, logs, and the kubelet's HTTP API.
@NullMarked
package dev.glovebox.node;

import org.jspecify.annotations.NullMarked;
