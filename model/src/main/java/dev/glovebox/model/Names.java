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

    /// Namespace of what `glovebox check` runs under gVisor. The launcher has gVisor note there
    /// which system calls it refuses.
    public static final String CHECK_NAMESPACE = "glovebox-check";

    /// Namespace of what `glovebox check` runs under runc to compare, labelled trusted.
    public static final String TRUSTED_CHECK_NAMESPACE = "glovebox-check-trusted";

    /// Handler of gVisor, and the containerd runtime of that name.
    public static final String GVISOR_HANDLER = "runsc";

    /// RuntimeClass of gVisor.
    public static final String GVISOR_CLASS = "gvisor";

    /// Begins labels by which a node's agent says which runtimes were seen to work on the node,
    /// with the value [#READY], and annotations of RuntimeClasses.
    public static final String RUNTIME_PREFIX = "runtime.glovebox.dev/";

    /// Value of the label of a runtime that was seen to work.
    public static final String READY = "ready";

    /// Annotation of a RuntimeClass: the overhead that Glovebox wrote, with method and figures, as
    /// JSON.
    public static final String OVERHEAD_ANNOTATION = RUNTIME_PREFIX + "overhead";

    /// Kubernetes' label for who looks after an object.
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    /// Value of that label on RuntimeClasses that Glovebox made: without it they are their users'.
    public static final String GLOVEBOX = "glovebox";

    /// The handler, and the RuntimeClass, of Kata's virtual machines.
    public static final String KATA = "kata";

    /// Handler, class and OCI runtime that share the host's kernel.
    public static final String RUNC = "runc";

    private Names() {}

    /// The name of a handler's runtime, and of its RuntimeClass: `gvisor` for `runsc`, else the
    /// handler's own.
    public static String runtime(String handler) {
        return handler.equals(GVISOR_HANDLER) ? GVISOR_CLASS : handler;
    }
}
