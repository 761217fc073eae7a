/// Kubernetes' protobuf bodies, read into the trees that their JSON would be.
@NullMarked
package dev.glovebox.apiserver.protobuf;

import org.jspecify.annotations.NullMarked;
