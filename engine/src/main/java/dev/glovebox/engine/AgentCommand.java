package dev.glovebox.engine;

import dev.glovebox.apiserver.pki.NodeServing;
import dev.glovebox.cluster.http.Kubeconfig;
import dev.glovebox.control.EnginePaths;
import dev.glovebox.http.ServerTls;
import dev.glovebox.network.Ipv6Support;
import dev.glovebox.network.Ranges;
import dev.glovebox.node.spec.ClusterDns;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `agent`: the agent of a node in the foreground, until SIGTERM, SIGINT or `down`. Options are
/// called as the kubelet's are.
@Command(
        name = "agent",
        description = "Runs the pods that a Kubernetes API gives to this node, in the foreground.",
        mixinStandardHelpOptions = true)
final class AgentCommand implements Callable<Integer> {
    @Option(names = "--data-dir", paramLabel = "DIRECTORY", description = "(/var/lib/glovebox)")
    private Path dataDirectory = EnginePaths.DEFAULT_DATA;

    @SuppressWarnings("UnusedVariable") // the launcher reads it
    @Option(names = "--yes", description = "Install what is missing without asking.")
    private boolean yes;

    @Option(
            names = "--kubeconfig",
            required = true,
            paramLabel = "FILE",
            description = "The API server, and who the node is there.")
    private Path kubeconfig = Path.of("kubeconfig");

    @Option(
            names = "--node-name",
            paramLabel = "NAME",
            description = "The node's name (the machine's host name).")
    private String nodeName = "";

    @Option(
            names = "--node-ip",
            paramLabel = "ADDRESS",
            description = "The address that the node shows and listens on (the one it sends from).")
    private String nodeIp = "";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Where the API server reaches the kubelet's API (10250).")
    private int port = 10_250;

    @Option(
            names = "--tls-cert-file",
            paramLabel = "FILE",
            description = "What it serves with (a certificate of its own making).")
    private @Nullable Path certificate;

    @Option(names = "--tls-private-key-file", paramLabel = "FILE", description = "Its key.")
    private @Nullable Path key;

    @Option(
            names = "--client-ca-file",
            paramLabel = "FILE",
            description = "Whose client certificates it believes (the kubeconfig's authority).")
    private @Nullable Path clientAuthorities;

    @Option(
            names = "--pod-cidr",
            paramLabel = "CIDR[,CIDR]",
            description =
                    "The pods' addresses, IPv4 or IPv6 (10.244.0.0/16); RANGE,RANGE for both, the usual first.")
    private String podCidr = "";

    @Option(
            names = "--cluster-dns",
            paramLabel = "ADDRESS",
            description =
                    "The cluster's name server, whose domain is cluster.local (none: pods ask the node's).")
    private String clusterDns = "";

    @Option(
            names = "--default-trust",
            paramLabel = "TRUST",
            description = "In namespaces that do not say: trusted or untrusted (untrusted).")
    private String trust = "";

    @Mixin private CniOptions cni = new CniOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        EnginePaths paths = EnginePaths.of(dataDirectory.toAbsolutePath().normalize());
        Places places = new Places(paths);
        new Foreground(paths, "agent").run(() -> run(paths, places));
        return 0;
    }

    private void run(EnginePaths paths, Places places) throws IOException, InterruptedException {
        SettingsFile file = new SettingsFile(places.settings());
        EngineSettings settings = settings(file.read());
        AgentSettings own = own(places, settings.pods());
        settings.requireKernel(new Ipv6Support());
        settings.requireNetwork(places);
        file.write(settings);
        Foreground.serve(new Agent(paths, settings, own, Clock.systemUTC()));
    }

    private EngineSettings settings(Optional<EngineSettings> kept) {
        kept.filter(each -> each.extent() != Extent.AGENT)
                .ifPresent(_ -> {
                    throw new EngineException(
                            "the data directory %s is an engine's; choose another --data-dir"
                                    .formatted(dataDirectory));
                });
        String name = nodeName.isEmpty() && kept.isEmpty() ? hostName() : nodeName;
        return new ServeFlags(dataDirectory, trust, "", name, podCidr, nodes(), "", "")
                .over(kept)
                .withExtent(Extent.AGENT);
    }

    private NodeFlags nodes() {
        return new NodeFlags(Optional.empty(), "", List.of(), "", List.of(), cni.said());
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
        } catch (java.net.UnknownHostException e) {
            throw new EngineException("this machine's name is not known; say --node-name", e);
        }
    }

    private AgentSettings own(Places places, Ranges pods) {
        Kubeconfig api = api();
        InetAddress address =
                InetAddress.ofLiteral(nodeIp.isEmpty() ? HostAddress.find(pods) : nodeIp);
        return new AgentSettings(
                api,
                new InetSocketAddress(address, port),
                tls(places, address, authorities(api)),
                dns());
    }

    private Optional<ClusterDns> dns() {
        return Optional.of(clusterDns)
                .filter(text -> !text.isEmpty())
                .map(text -> HostAddress.text(InetAddress.ofLiteral(text)))
                .map(address -> new ClusterDns(address, address));
    }

    private ServerTls tls(Places places, InetAddress address, List<X509Certificate> clients) {
        if (certificate != null && key != null) {
            return NodeServing.fromFiles(certificate, key, clients);
        }
        if (certificate != null || key != null) {
            throw new EngineException(
                    "--tls-cert-file and --tls-private-key-file go together; one of them is missing");
        }
        return NodeServing.selfMade(places.pki(), address, Clock.systemUTC(), clients);
    }

    private Kubeconfig api() {
        try {
            return Kubeconfig.read(kubeconfig);
        } catch (IOException e) {
            throw new EngineException("--kubeconfig: " + kubeconfig + " cannot be read", e);
        } catch (IllegalArgumentException e) {
            throw new EngineException("--kubeconfig: " + kubeconfig + " " + e.getMessage(), e);
        }
    }

    /// Whose clients may ask for logs and commands, if the API server allows them to.
    private List<X509Certificate> authorities(Kubeconfig api) {
        try {
            if (clientAuthorities != null) {
                return NodeServing.certificates(
                        Files.readString(clientAuthorities, StandardCharsets.US_ASCII),
                        clientAuthorities);
            }
            return api.authorities()
                    .map(pem -> NodeServing.certificates(pem, kubeconfig))
                    .orElse(List.of());
        } catch (IOException e) {
            throw new EngineException(
                    "the authorities of clients cannot be read: " + e.getMessage(), e);
        }
    }
}
