/// Turns a pod as Kubernetes describes it into what CRI wants to hear. Pure.
@NullMarked
package dev.glovebox.node.spec;

import org.jspecify.annotations.NullMarked;
