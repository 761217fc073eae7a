package dev.glovebox.apiserver.pki;

import dev.glovebox.http.ServerTls;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The cluster's authority and what it issued: kept in files, used again at the next start, made
/// anew when near the end or when the server got another address.
public final class ClusterPki {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterPki.class);
    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration LIFE = Duration.ofDays(365);

    /// Certificates with less time left are made anew at a start.
    private static final Duration NEAR_END = Duration.ofDays(60);

    private static final List<String> NAMES =
            List.of(
                    "localhost",
                    "kubernetes",
                    "kubernetes.default",
                    "kubernetes.default.svc",
                    "kubernetes.default.svc.cluster.local");

    private final Credentials authority;
    private final Credentials server;
    private final Credentials admin;
    private final Credentials toNodes;
    private final Clock clock;

    private ClusterPki(
            Credentials authority,
            Credentials server,
            Credentials admin,
            Credentials toNodes,
            Clock clock) {
        this.authority = authority;
        this.server = server;
        this.admin = admin;
        this.toNodes = toNodes;
        this.clock = clock;
    }

    /// Reads what there is and makes what is missing. Files are readable by their owner alone.
    ///
    /// @throws PkiException when a file is damaged or the directory cannot be used
    public static ClusterPki open(PkiSettings settings) {
        CredentialFiles files = CredentialFiles.in(settings.directory());
        Clock clock = settings.clock();
        Credentials authority =
                keep(
                        files,
                        "ca",
                        held -> Certificates.endures(held, clock.instant(), NEAR_END),
                        () -> Certificates.authority(AUTHORITY_LIFE, clock));
        Subject serving = Subject.server(NAMES, addresses(settings));
        Subject administrating = Subject.client("kubernetes-admin", "system:masters");
        Subject dialing = Subject.client("kube-apiserver-kubelet-client", "system:masters");
        return new ClusterPki(
                authority,
                issued(files, "server", authority, serving, clock),
                issued(files, "admin", authority, administrating, clock),
                issued(files, "kubelet-client", authority, dialing, clock),
                clock);
    }

    private static Credentials issued(
            CredentialFiles files,
            String name,
            Credentials authority,
            Subject subject,
            Clock clock) {
        return keep(
                files,
                name,
                held ->
                        Certificates.endures(held, clock.instant(), NEAR_END)
                                && Certificates.issuedBy(held, authority)
                                && subject.isOf(held.certificate()),
                () -> Certificates.issue(authority, subject, LIFE, clock));
    }

    private static Credentials keep(
            CredentialFiles files,
            String name,
            Predicate<Credentials> serves,
            Supplier<Credentials> made) {
        Optional<Credentials> held = files.read(name);
        if (held.isPresent() && serves.test(held.get())) {
            return held.get();
        }
        Credentials fresh = made.get();
        files.write(name, fresh);
        LOG.atInfo()
                .addKeyValue("certificate", name)
                .addKeyValue("until", fresh.certificate().getNotAfter().toInstant())
                .log(held.isPresent() ? "certificate renewed" : "certificate made");
        return fresh;
    }

    private static Set<String> addresses(PkiSettings settings) {
        Set<String> addresses = new TreeSet<>();
        addresses.add("127.0.0.1");
        addresses.add("0:0:0:0:0:0:0:1");
        settings.addresses().stream()
                .filter(address -> !address.isAnyLocalAddress())
                .map(InetAddress::getHostAddress)
                .map(text -> text.replaceFirst("%.*", ""))
                .forEach(addresses::add);
        return addresses;
    }

    /// The server's identity, which believes clients of this authority.
    public ServerTls serverTls() {
        return new ServerTls(
                server.key(), List.of(server.certificate()), List.of(authority.certificate()));
    }

    /// The certificate of who signed the server's, as PEM: what clients believe the API by.
    public String rootCertificate() {
        return Pem.of(authority.certificate());
    }

    /// The administrator's client certificate and key: `kubernetes-admin` of `system:masters`.
    public Credentials admin() {
        return admin;
    }

    /// Writes a kubeconfig for the administrator, complete in itself, readable by its owner alone.
    ///
    /// @param server for example `https://127.0.0.1:6443`
    public void writeKubeconfig(Path file, URI server) {
        PrivateFiles.write(
                file, Kubeconfig.text(server, authority.certificate(), "kubernetes-admin", admin));
    }

    /// Makes what a kubelet joins with, anew each time, readable by its owner alone: `kubeconfig`
    /// with the identity `system:node:NAME` of the group `system:nodes`, the pair `kubelet.crt` and
    /// `kubelet.key` that it serves with and is known by, and `ca.crt`, whose clients it believes.
    ///
    /// @param directory gets the four files; made if absent
    /// @param node a DNS subdomain
    /// @param server for example `https://10.0.0.1:6443`
    /// @return the kubeconfig
    public Path writeNodeFiles(Path directory, String node, URI server) {
        CredentialFiles files = CredentialFiles.in(directory);
        Credentials client = Certificates.issue(authority, Subject.node(node), LIFE, clock);
        files.write(
                "kubelet", Certificates.issue(authority, Subject.nodeServer(node), LIFE, clock));
        PrivateFiles.write(directory.resolve("ca.crt"), Pem.of(authority.certificate()));
        Path kubeconfig = directory.resolve("kubeconfig");
        PrivateFiles.write(
                kubeconfig,
                Kubeconfig.text(server, authority.certificate(), "system:node:" + node, client));
        return kubeconfig;
    }

    /// For connections to nodes: believes servers of this authority alone, and shows who it is.
    public SSLContext clientTls() {
        return ClientTls.of(authority.certificate(), toNodes);
    }
}
