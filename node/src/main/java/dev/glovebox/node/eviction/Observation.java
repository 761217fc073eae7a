package dev.glovebox.node.eviction;

/// What a node has free of something.
///
/// @param available bytes, inodes or processes
/// @param capacity of the same, all there is
public record Observation(long available, long capacity) {}
