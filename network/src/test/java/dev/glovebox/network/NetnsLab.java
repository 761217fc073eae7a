package dev.glovebox.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/// A host and an outside world in network namespaces of their own, with real pods' links made by
/// the real CNI plugins. Nothing touches the machine's own network.
final class NetnsLab implements AutoCloseable {
    static final String PUBLIC = "8.8.4.4";
    static final String PRIVATE = "192.168.77.1";
    static final String UPLINK = "198.51.100.1";
    static final String PUBLIC6 = "2600::4";
    static final String PRIVATE6 = "fd77::1";
    static final String UPLINK6 = "fd98::1";

    private static final Path PLUGINS = Path.of("/usr/lib/cni");

    private final String prefix = "gbnet" + ProcessHandle.current().pid();
    private final Deque<String> namespaces = new ArrayDeque<>();
    private final List<Process> servers = new ArrayList<>();
    private final CniConfig config;

    NetnsLab(CniConfig config) {
        this.config = config;
        namespace("host");
        namespace("out");
        in("host", "sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
        run(
                "ip",
                "-n",
                name("host"),
                "link",
                "add",
                "up0",
                "type",
                "veth",
                "peer",
                "name",
                "up1",
                "netns",
                name("out"));
        address("host", "up0", UPLINK + "/24");
        address("out", "up1", "198.51.100.2/24");
        address("out", "lo", PUBLIC + "/32");
        address("out", "lo", PRIVATE + "/32");
        run("ip", "-n", name("host"), "route", "add", "default", "via", "198.51.100.2");
        ipv6();
        serve("out", 80);
        serve("host", 80);
    }

    /// Addresses of the host and the world that are never tentative, and a world that knows no way
    /// to pods.
    private void ipv6() {
        in("host", "sysctl", "-q", "-w", "net.ipv6.conf.all.forwarding=1");
        in("host", "ip", "addr", "add", UPLINK6 + "/64", "dev", "up0", "nodad");
        in("out", "ip", "addr", "add", "fd98::2/64", "dev", "up1", "nodad");
        in("out", "ip", "addr", "add", PUBLIC6 + "/128", "dev", "lo", "nodad");
        in("out", "ip", "addr", "add", PRIVATE6 + "/128", "dev", "lo", "nodad");
        in("host", "ip", "-6", "route", "add", "default", "via", "fd98::2");
    }

    /// The global IPv6 address of a pod that has one.
    String address6(String pod) {
        return in(pod, "ip", "-6", "-o", "addr", "show", "dev", "eth0", "scope", "global")
                .replaceAll("(?s).* inet6 (\\S+)/\\d+ .*", "$1");
    }

    /// The IPv4 address of a pod.
    String address(String pod) {
        return in(pod, "ip", "-4", "-o", "addr", "show", "dev", "eth0")
                .replaceAll("(?s).* inet (\\S+)/\\d+ .*", "$1");
    }

    /// How often somebody has asked a namespace for an echo, by either family.
    long echoesAsked(String namespace) {
        return in(namespace, "nstat", "-asz", "IcmpInEchos", "Icmp6InEchos")
                .lines()
                .filter(line -> line.contains("InEchos"))
                .mapToLong(line -> Long.parseLong(line.split(" +", -1)[1]))
                .sum();
    }

    String name(String namespace) {
        return prefix + "-" + namespace;
    }

    Nft nft() {
        return new Nft(List.of("ip", "netns", "exec", name("host"), "nft"));
    }

    /// A pod's namespace with a link; answers its address.
    String pod(String pod) {
        namespace(pod);
        serve(pod, 80);
        String result = cni("ADD", pod);
        return result.replaceAll("(?s).*\"address\": *\"([0-9.]+)/[0-9]+\".*", "$1");
    }

    String link(String address) {
        return in("host", "ip", "-o", "route", "get", address)
                .replaceAll("(?s).* dev (\\S+) .*", "$1");
    }

    void deletePod(String pod) {
        cni("DEL", pod);
    }

    /// Whether something is reached within some tries: the host's end of a new link may not be used
    /// before nobody else was heard to have its address (RFC 4862), which takes a second; and first
    /// packets may be lost to an address resolution that failed before.
    static boolean soon(BooleanSupplier reached) {
        return IntStream.range(0, 5).anyMatch(i -> reached.getAsBoolean());
    }

    boolean connects(String from, String address) {
        return code(
                        List.of(
                                "ip",
                                "netns",
                                "exec",
                                name(from),
                                "busybox",
                                "nc",
                                "-w",
                                "1",
                                address,
                                "80"))
                == 0;
    }

    boolean pings(String from, String... address) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "ip",
                                "netns",
                                "exec",
                                name(from),
                                "busybox",
                                "ping",
                                "-c1",
                                "-W1"));
        command.addAll(List.of(address));
        return code(command) == 0;
    }

    String in(String namespace, String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name(namespace)));
        all.addAll(List.of(command));
        return run(all.toArray(String[]::new));
    }

    @Override
    public void close() {
        for (Process server : servers) {
            server.destroyForcibly().onExit().join();
        }
        while (!namespaces.isEmpty()) {
            run("ip", "netns", "del", namespaces.pop());
        }
    }

    private void namespace(String namespace) {
        run("ip", "netns", "add", name(namespace));
        namespaces.push(name(namespace));
        run("ip", "-n", name(namespace), "link", "set", "lo", "up");
        // Nobody waits a second to hear whether somebody else has an address.
        in(namespace, "sysctl", "-q", "-w", "net.ipv6.conf.default.accept_dad=0");
    }

    private void address(String namespace, String link, String address) {
        run("ip", "-n", name(namespace), "addr", "add", address, "dev", link);
        run("ip", "-n", name(namespace), "link", "set", link, "up");
    }

    private void serve(String namespace, int port) {
        Process server =
                start(
                        Map.of(),
                        List.of(
                                "ip",
                                "netns",
                                "exec",
                                name(namespace),
                                "busybox",
                                "nc",
                                "-ll",
                                "-p",
                                Integer.toString(port),
                                "-e",
                                "true"));
        servers.add(server);
        while (!connects(namespace, "127.0.0.1")) {
            if (!server.isAlive()) {
                throw new IllegalStateException("busybox does not listen: " + finish(server, "nc"));
            }
        }
    }

    private String cni(String command, String pod) {
        String list = config.json();
        String plugin =
                "{\"cniVersion\":\"1.0.0\",\"name\":\""
                        + config.name()
                        + "\","
                        + list.substring(list.indexOf("[{") + 2, list.lastIndexOf(']'));
        Map<String, String> environment =
                Map.of(
                        "CNI_COMMAND",
                        command,
                        "CNI_CONTAINERID",
                        pod,
                        "CNI_NETNS",
                        "/run/netns/" + name(pod),
                        "CNI_IFNAME",
                        "eth0",
                        "CNI_PATH",
                        PLUGINS.toString());
        Process process =
                start(
                        environment,
                        List.of(
                                "ip",
                                "netns",
                                "exec",
                                name("host"),
                                PLUGINS.resolve("ptp").toString()));
        try (var stdin = process.getOutputStream()) {
            stdin.write(plugin.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return finish(process, "ptp " + command);
    }

    private static String run(String... command) {
        return finish(start(Map.of(), List.of(command)), String.join(" ", command));
    }

    private static int code(List<String> command) {
        Process process = start(Map.of(), command);
        try {
            process.getOutputStream().close();
            process.getInputStream().readAllBytes();
            return process.waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Process start(Map<String, String> environment, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            return builder.start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String finish(Process process, String what) {
        try {
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new IllegalStateException(what + " ended with " + code + ": " + output);
            }
            return output;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
