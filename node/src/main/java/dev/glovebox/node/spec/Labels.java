package dev.glovebox.node.spec;

/// Labels that mark the runtime's objects as a node's: Kubernetes' own, and one of ours that tells
/// a node's pods from whatever else lives in the same runtime.
public final class Labels {
    /// Name of the pod.
    public static final String POD_NAME = "io.kubernetes.pod.name";

    /// Namespace of the pod.
    public static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";

    /// Uid of the pod.
    public static final String POD_UID = "io.kubernetes.pod.uid";

    /// Name of the container.
    public static final String CONTAINER_NAME = "io.kubernetes.container.name";

    /// Name of the node whose agent made the object.
    public static final String NODE = "glovebox.dev/node";

    private Labels() {}
}
