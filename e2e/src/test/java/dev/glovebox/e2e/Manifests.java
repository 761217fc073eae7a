package dev.glovebox.e2e;

/// Manifests that several tests need.
final class Manifests {
    private Manifests() {}

    /// A pod of one container, `main`, that runs a script of busybox's shell and is not restarted.
    ///
    /// @param more lines for the pod's `spec`, in YAML's flow style, like `runtimeClassName: runc`
    static String pod(String name, String image, String script, String... more) {
        return """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 1
        %s  containers:
          - name: main
            image: %s
            command: ["sh", "-c", %s]
        """
                .formatted(name, lines(more), image, quoted(script));
    }

    /// The same, with limits for its container.
    ///
    /// @param limits in YAML's flow style, like `memory: 64Mi, cpu: 200m`
    static String limitedPod(
            String name, String image, String script, String limits, String... more) {
        return pod(name, image, script, more) + "    resources: {limits: {%s}}\n".formatted(limits);
    }

    static String namespace(String name, String trust) {
        return """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: %s
          labels: {glovebox.dev/trust: %s}
        """
                .formatted(name, trust);
    }

    static String runtimeClass(String name, String handler) {
        return """
        apiVersion: node.k8s.io/v1
        kind: RuntimeClass
        metadata:
          name: %s
        handler: %s
        """
                .formatted(name, handler);
    }

    /// A policy `bound`: pods with the label `policy: bound` send nothing, and are reached at port
    /// 8080 alone, by those with the label `role: friend`.
    static String friendsOnly(String namespace) {
        return """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: bound, namespace: %s}
        spec:
          podSelector: {matchLabels: {policy: bound}}
          policyTypes: [Ingress, Egress]
          ingress: [{from: [{podSelector: {matchLabels: {role: friend}}}], ports: [{port: 8080}]}]
        """
                .formatted(namespace);
    }

    private static String lines(String... more) {
        var text = new StringBuilder();
        for (var line : more) {
            text.append("  ").append(line).append('\n');
        }
        return text.toString();
    }

    /// A string in double quotes, as JSON and YAML both have it.
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
