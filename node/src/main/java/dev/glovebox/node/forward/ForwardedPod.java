package dev.glovebox.node.forward;

/// A running pod whose ports are asked for.
///
/// @param name of the pod
/// @param uid of the pod
/// @param sandbox the runtime's id of its sandbox
/// @param address the pod's; empty where it has none
public record ForwardedPod(String name, String uid, String sandbox, String address) {}
