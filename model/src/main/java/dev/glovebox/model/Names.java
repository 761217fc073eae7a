package dev.glovebox.model;

/// Labels, annotations and names that Glovebox itself gives a meaning to.
public final class Names {
    /// Label of a namespace: how far its pods are trusted, `trusted` or `untrusted`. Absent means
    /// the engine's default.
    public static final String TRUST_LABEL = "glovebox.dev/trust";

    /// Annotation of a pod: which network it reaches, `none` or `internet`. Absent means the pod
    /// network, as Kubernetes has it.
    public static final String NETWORK_ANNOTATION = "glovebox.dev/network";

    /// Annotation of a pod: most processes and threads that its cgroup may hold, a positive number.
    public static final String PIDS_ANNOTATION = "glovebox.dev/pids";

    /// Namespace of `glovebox run`.
    public static final String RUN_NAMESPACE = "glovebox-run";

    /// Namespace of `glovebox run --isolation runc`, labelled trusted.
    public static final String TRUSTED_RUN_NAMESPACE = "glovebox-run-trusted";

    /// Handler of gVisor, and the containerd runtime of that name.
    public static final String GVISOR_HANDLER = "runsc";

    /// RuntimeClass of gVisor.
    public static final String GVISOR_CLASS = "gvisor";

    /// Label of an engine's own nodes that have gVisor, with the value `true`.
    public static final String GVISOR_LABEL = "glovebox.dev/gvisor";

    /// Handler, class and OCI runtime that share the host's kernel.
    public static final String RUNC = "runc";

    private Names() {}
}
