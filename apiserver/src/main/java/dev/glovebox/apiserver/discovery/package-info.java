/// What this API serves, told as Kubernetes' discovery.
@NullMarked
package dev.glovebox.apiserver.discovery;

import org.jspecify.annotations.NullMarked;
