package dev.glovebox.engine;

import static java.util.stream.Collectors.joining;

import dev.glovebox.apiserver.kinds.ServiceRange;
import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.control.EnginePaths;
import dev.glovebox.network.Cidr;
import dev.glovebox.network.Family;
import dev.glovebox.network.HostPort;
import dev.glovebox.network.LoopbackAddress;
import dev.glovebox.network.Nft;
import dev.glovebox.network.PodFirewall;
import dev.glovebox.network.Ranges;
import dev.glovebox.network.Reach;
import dev.glovebox.network.ServiceNetwork;
import dev.glovebox.network.ServiceRules;
import dev.glovebox.node.dns.DnsServer;
import dev.glovebox.node.services.ClusterServices;
import dev.glovebox.node.spec.ClusterDns;
import dev.glovebox.node.spec.Dns;
import dev.glovebox.node.spec.PodConfigs;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What all nodes of an engine have in common of the network: Services, the cluster's DNS, and an
/// address of the machine at which pods find both that and the API. It closes in reverse; Services
/// lead on where they led, as the pods run on.
final class MachineNetwork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MachineNetwork.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int DNS = 53;

    /// Where the name server's address is among those of Services, as kubeadm has it.
    private static final int DNS_PLACE = 10;

    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    private final EnginePaths paths;
    private final Ranges pods;
    private final List<ServiceRange> serviceRanges;
    private final Ranges services;
    private final LoopbackAddress door;
    private final Closing parts = new Closing();
    private final List<PodFirewall> firewalls = new CopyOnWriteArrayList<>();
    private Optional<ClusterDns> dns = Optional.empty();

    /// @param pods the ranges of all nodes' pods
    MachineNetwork(EnginePaths paths, Ranges pods) {
        this.paths = paths;
        this.pods = pods;
        this.serviceRanges = serviceRanges(pods);
        this.services =
                Ranges.parse(serviceRanges.stream().map(ServiceRange::text).collect(joining(",")));
        this.door = doorOf(pods);
    }

    /// The ranges of the Services' addresses, which the API hands out: of the families that pods
    /// have, in their order. Pods that have the Services' addresses of IPv6 themselves keep them,
    /// and Services have IPv4 alone then.
    ///
    /// @throws EngineException where Services would not have the pods' first family, as on no
    ///   cluster of Kubernetes
    static List<ServiceRange> serviceRanges(Ranges pods) {
        List<ServiceRange> all =
                pods.all().stream()
                        .filter(each ->
                                each.family() == Family.IPV4
                                        || !each.overlaps(new Cidr(ServiceRange.IPV6.text())))
                        .map(each -> of(each.family()))
                        .toList();
        if (!all.contains(of(pods.first().family()))) {
            throw new EngineException(
                    "--pod-cidr %s has addresses of Services, %s; choose a range without them"
                            .formatted(pods, ServiceRange.IPV6.text()));
        }
        return all;
    }

    private static ServiceRange of(Family family) {
        return switch (family) {
            case IPV4 -> ServiceRange.IPV4;
            case IPV6 -> ServiceRange.IPV6;
        };
    }

    /// The address at which pods find what the engine has for them, of their first family.
    ///
    /// @param pods the ranges of all nodes' pods
    static LoopbackAddress doorOf(Ranges pods) {
        return LoopbackAddress.lastOf(pods.first());
    }

    /// The address at which pods find what the engine has for them.
    String door() {
        return door.address();
    }

    /// How the cluster's name server is found.
    Optional<ClusterDns> dns() {
        return dns;
    }

    /// The name server as policies know it.
    Pod dnsPod() {
        return DnsService.pod(door());
    }

    /// The name server knows the pods of this filter, and what they may reach.
    void join(PodFirewall firewall) {
        firewalls.add(firewall);
    }

    /// Starts all of it, and returns when Services lead somewhere.
    ///
    /// @param administrator makes the name server's Service
    /// @param network may watch Services, their slices and pods
    void start(Cluster administrator, Cluster network) throws IOException, InterruptedException {
        ServiceNetwork table = table();
        door.add();
        table.start();
        DnsServer server = parts.add(DnsServer.start(settings(), this::resolvers));
        DnsService service =
                parts.add(
                        DnsService.start(
                                administrator,
                                serviceRanges.getFirst().address(DNS_PLACE),
                                door(),
                                server.port()));
        dns = Optional.of(new ClusterDns(service.address().orElse(door()), door()));
        ClusterServices following =
                parts.add(
                        ClusterServices.start(
                                network, services, table, server::update, Backoff.DEFAULT));
        if (!following.await(PATIENCE)) {
            LOG.atWarn().log("services do not lead anywhere yet");
        }
    }

    /// Takes all of it away.
    void purge() {
        table().purge();
        door.remove();
    }

    private ServiceNetwork table() {
        return new ServiceNetwork(
                new ServiceRules(paths.network() + "-services", pods, services, door()),
                Nft.ofMachine());
    }

    private DnsServer.Settings settings() throws IOException {
        return new DnsServer.Settings(
                door(),
                PodConfigs.CLUSTER_DOMAIN,
                DnsService.NAME,
                Stream.concat(services.all().stream(), pods.all().stream()).toList(),
                Dns.resolvers(resolvConf()).stream().filter(each -> !each.equals(door())).toList());
    }

    private static String resolvConf() throws IOException {
        try {
            return Files.readString(RESOLV_CONF);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /// The machine itself may ask all of them; a pod those that it reaches without us.
    private List<String> resolvers(String client, List<String> resolvers) {
        if (!pods.contains(client) || client.equals(door())) {
            return resolvers;
        }
        return firewalls.stream()
                .flatMap(firewall -> firewall.known(client).stream())
                .filter(known -> known.reach() == Reach.CLUSTER)
                .findFirst()
                .map(known ->
                        resolvers.stream()
                                .filter(each ->
                                        known.rules().lets(each, HostPort.Protocol.UDP, DNS))
                                .toList())
                .orElse(List.of());
    }

    @Override
    public void close() {
        parts.close();
    }
}
