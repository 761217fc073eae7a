/// The controllers of ReplicaSets and ReplicationControllers: as many pods as are wanted.
@NullMarked
package dev.glovebox.controllers.replicas;

import org.jspecify.annotations.NullMarked;
