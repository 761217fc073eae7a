package dev.glovebox.e2e;

/// Web servers as pods of one namespace, each of which serves the addresses that it was told it
/// has, and labels itself `app` by its name.
record WebPods(Engine engine, Kubectl kubectl, String namespace) {
    /// Makes one, Ready by a probe of its first address; it answers at all of them, at port 8080.
    ///
    /// @param container more lines for its container, in YAML, without indentation
    /// @param spec more lines for its spec, in YAML's flow style
    void make(String name, String container, String... spec) {
        var script = "echo $IPS > /tmp/index.html; exec busybox httpd -f -p '[::]:8080' -h /tmp";
        var manifest =
                Manifests.pod(name, engine.busybox(), script, spec)
                        .replace("metadata:\n", "metadata:\n  labels: {app: " + name + "}\n");
        var more =
                """
                env:
                - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                - {name: IPS, valueFrom: {fieldRef: {fieldPath: status.podIPs}}}
                readinessProbe: {httpGet: {port: 8080}, periodSeconds: 1}
                """
                        + container;
        kubectl.command("-n", namespace, "apply", "-f", "-")
                .input(manifest + more.indent(4))
                .run()
                .ok();
    }

    /// Makes one that has the name of its runtime, behind a port of its node.
    void make(String runtime, String node, int hostPort) {
        make(
                runtime,
                "ports: [{containerPort: 8080, hostPort: %d}]".formatted(hostPort),
                "runtimeClassName: " + runtime,
                "nodeName: " + node);
    }

    /// A script in a pod's container, which must succeed; what it printed.
    String inside(String pod, String script) {
        return kubectl.run("-n", namespace, "exec", pod, "--", "sh", "-c", script).ok().out();
    }

    /// Whether a pod is served by whoever listens there.
    boolean connects(String from, String address, int port) {
        return kubectl.command("-n", namespace, "exec", "-i", from, "--")
                .and("nc", "-w", "2", address, Integer.toString(port))
                .input("GET / HTTP/1.0\r\n\r\n")
                .run()
                .out()
                .contains("200 OK");
    }

    /// What the machine is served.
    ///
    /// @param at a host, an address of IPv6 in brackets, with or without a port
    static Ran curl(String at) {
        return Command.of("curl", "-sg", "--max-time", "3", "http://" + at + "/").run();
    }
}
