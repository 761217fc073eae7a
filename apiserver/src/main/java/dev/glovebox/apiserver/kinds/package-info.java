/// A kind is data: names, versions, verbs and schema from facts about Kubernetes, and beside them a
/// strategy with what no schema says.
@NullMarked
package dev.glovebox.apiserver.kinds;

import org.jspecify.annotations.NullMarked;
