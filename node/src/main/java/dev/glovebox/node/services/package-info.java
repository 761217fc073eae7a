/// Services: compiled from their slices for the packet filter, and what pods are told of them.
@NullMarked
package dev.glovebox.node.services;

import org.jspecify.annotations.NullMarked;
