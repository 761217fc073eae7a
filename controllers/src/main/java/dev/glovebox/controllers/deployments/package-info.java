/// The controller of Deployments: ReplicaSets of one template after the other.
@NullMarked
package dev.glovebox.controllers.deployments;

import org.jspecify.annotations.NullMarked;
