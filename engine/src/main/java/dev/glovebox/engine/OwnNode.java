package dev.glovebox.engine;

import dev.glovebox.network.Ranges;
import java.util.Optional;
import java.util.Set;

/// One of an engine's nodes, as it is to be.
///
/// @param name of the Node object
/// @param pods the ranges of its pods' addresses
/// @param handlers that it is to have; empty for all that the machine has
record OwnNode(String name, Ranges pods, Optional<Set<String>> handlers) {}
