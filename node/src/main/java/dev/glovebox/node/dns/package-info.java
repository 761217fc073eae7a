/// The cluster's DNS: names of Services and pods, and what pods may ask of the machine's resolvers.
@NullMarked
package dev.glovebox.node.dns;

import org.jspecify.annotations.NullMarked;
