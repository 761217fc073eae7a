package dev.glovebox.e2e;

/// A public address with a web server behind it, in a network namespace of its own beside the
/// machine's: the internet for tests, on machines that have none. Only this one address is routed
/// to it.
final class Outside implements AutoCloseable {
    /// Public by every registry, and answered by nobody.
    static final String ADDRESS = "25.254.254.254";

    private static final String NAME = "gbe2eout";
    private final Process server;

    Outside(String busybox) {
        removeNamespace();
        sh("ip netns add " + NAME);
        sh("ip link add " + NAME + " type veth peer name up0 netns " + NAME);
        sh("ip addr add 172.31.254.1/30 dev " + NAME + " && ip link set " + NAME + " up");
        sh(
                "ip -n "
                        + NAME
                        + " addr add 172.31.254.2/30 dev up0 && ip -n "
                        + NAME
                        + " link set up0 up");
        sh(
                "ip -n "
                        + NAME
                        + " link set lo up && ip -n "
                        + NAME
                        + " addr add "
                        + ADDRESS
                        + "/32 dev lo");
        sh("ip -n " + NAME + " route add default via 172.31.254.1");
        sh("ip route add " + ADDRESS + "/32 via 172.31.254.2");
        server =
                Command.of(
                                "ip",
                                "netns",
                                "exec",
                                NAME,
                                busybox,
                                "nc",
                                "-ll",
                                "-p",
                                "80",
                                "-e",
                                "/bin/echo",
                                "outside")
                        .start();
        awaitServer(busybox);
    }

    private void awaitServer(String busybox) {
        var ask = "ip netns exec %s %s nc -w 1 %s 80 </dev/null".formatted(NAME, busybox, ADDRESS);
        while (Command.of("sh", "-c", ask).run().exit() != 0) {
            if (!server.isAlive()) {
                throw new AssertionError("the server outside ended: " + server.exitValue());
            }
        }
    }

    @Override
    public void close() {
        removeNamespace();
        server.destroyForcibly();
    }

    private static void removeNamespace() {
        Command.of("ip", "netns", "del", NAME).run();
        Command.of("ip", "link", "del", NAME).run();
    }

    private static void sh(String line) {
        Command.of("sh", "-c", line).run().ok();
    }
}
