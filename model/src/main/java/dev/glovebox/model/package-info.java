/// What both homes of Glovebox share: our labels and annotations, Kubernetes' status errors,
/// quantities.
@NullMarked
package dev.glovebox.model;

import org.jspecify.annotations.NullMarked;
