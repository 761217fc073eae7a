package dev.glovebox.node.spec;

/// The cluster's name server, as pods are told of it.
///
/// @param address for pods: its Service's
/// @param onMachine for pods in the machine's own network
public record ClusterDns(String address, String onMachine) {}
