/// What NetworkPolicies mean for the pods of this node.
@NullMarked
package dev.glovebox.node.policies;

import org.jspecify.annotations.NullMarked;
