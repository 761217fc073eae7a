package dev.glovebox.engine;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.network.Family;
import dev.glovebox.node.services.ClusterServices;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Service of the cluster's name server, by the name and label that everybody knows it by.
/// Where the API does not let it be made, as an admission webhook may have it, that is tried again
/// in rounds, and nothing waits for it.
final class DnsService implements AutoCloseable {
    /// What it is called, as `namespace/name`.
    static final String NAME = "kube-system/kube-dns";

    private static final Logger LOG = LoggerFactory.getLogger(DnsService.class);
    private static final ObjectKey KEY = new ObjectKey("kube-system", "kube-dns");
    private static final Map<String, String> LABELS = Map.of("k8s-app", "kube-dns");
    private static final int PORT = 53;
    private static final Duration ROUND = Duration.ofSeconds(10);

    private final Cluster cluster;
    private final String wanted;
    private final String backend;
    private final int port;
    private final CountDownLatch closed = new CountDownLatch(1);

    private DnsService(Cluster cluster, String wanted, String backend, int port) {
        this.cluster = cluster;
        this.wanted = wanted;
        this.backend = backend;
        this.port = port;
    }

    /// Makes what is missing, now or as soon as the API lets it.
    ///
    /// @param cluster may make it
    /// @param wanted the address that it has where nobody else took that
    /// @param backend where the server listens, of the same family
    /// @param port on which
    static DnsService start(Cluster cluster, String wanted, String backend, int port) {
        return start(cluster, wanted, backend, port, ROUND);
    }

    static DnsService start(
            Cluster cluster, String wanted, String backend, int port, Duration round) {
        DnsService service = new DnsService(cluster, wanted, backend, port);
        if (!service.ensure()) {
            Thread.ofVirtual().name("dns-service").start(() -> service.tryAgain(round));
        }
        return service;
    }

    /// By which pods find the server; empty where there is no Service yet.
    Optional<String> address() {
        return cluster.get(ClusterServices.SERVICES, KEY)
                .map(each -> each.getSpec().getClusterIP());
    }

    private void tryAgain(Duration round) {
        try {
            boolean done = false;
            while (!done && !closed.await(round.toMillis(), TimeUnit.MILLISECONDS)) {
                done = ensure();
            }
        } catch (InterruptedException e) {
            LOG.atDebug().setCause(e).log("interrupted");
        }
    }

    /// Whether all of it is there.
    private boolean ensure() {
        try {
            if (cluster.get(ClusterServices.SERVICES, KEY).isEmpty()) {
                make(service());
            }
            lead();
            return true;
        } catch (ApiException e) {
            LOG.atWarn().setCause(e).log("the name server's Service could not be made");
            return false;
        }
    }

    /// A slice that is as it should be is left alone, whatever a webhook would say of it.
    private void lead() {
        Optional<EndpointSlice> there = cluster.get(ClusterServices.SLICES, KEY);
        EndpointSlice right = slice(there.orElseGet(EndpointSlice::new));
        if (there.isEmpty()) {
            cluster.create(ClusterServices.SLICES, right);
        } else if (!there.get().equals(right)) {
            cluster.update(ClusterServices.SLICES, right);
        }
    }

    private void make(Service usual) {
        try {
            cluster.create(ClusterServices.SERVICES, usual);
        } catch (ApiException e) {
            if (e.reason() != StatusReason.INVALID) {
                throw e;
            }
            LOG.atWarn()
                    .addKeyValue("address", wanted)
                    .addKeyValue("cause", e.getMessage())
                    .log("the address of the name server is somebody else's");
            cluster.create(
                    ClusterServices.SERVICES,
                    new ServiceBuilder(usual).editSpec().withClusterIP(null).endSpec().build());
        }
    }

    private Service service() {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(KEY.namespace())
                .withName(KEY.name())
                .withLabels(LABELS)
                .endMetadata()
                .withNewSpec()
                .withClusterIP(wanted)
                .addNewPort()
                .withName("dns")
                .withProtocol("UDP")
                .withPort(PORT)
                .endPort()
                .addNewPort()
                .withName("dns-tcp")
                .withProtocol("TCP")
                .withPort(PORT)
                .endPort()
                .endSpec()
                .build();
    }

    private EndpointSlice slice(EndpointSlice before) {
        return new EndpointSliceBuilder(before)
                .editOrNewMetadata()
                .withNamespace(KEY.namespace())
                .withName(KEY.name())
                .addToLabels("kubernetes.io/service-name", KEY.name())
                .endMetadata()
                .withAddressType(Family.of(backend).word())
                .withEndpoints()
                .addNewEndpoint()
                .withAddresses(backend)
                .withNewConditions()
                .withReady(true)
                .endConditions()
                .endEndpoint()
                .withPorts()
                .addNewPort()
                .withName("dns")
                .withProtocol("UDP")
                .withPort(port)
                .endPort()
                .addNewPort()
                .withName("dns-tcp")
                .withProtocol("TCP")
                .withPort(port)
                .endPort()
                .build();
    }

    /// What policies select that let pods ask it.
    static Pod pod(String address) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(KEY.namespace())
                .withName(KEY.name())
                .withUid("")
                .withLabels(LABELS)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .addNewPort()
                .withName("dns")
                .withProtocol("UDP")
                .withContainerPort(PORT)
                .endPort()
                .addNewPort()
                .withName("dns-tcp")
                .withProtocol("TCP")
                .withContainerPort(PORT)
                .endPort()
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPodIP(address)
                .endStatus()
                .build();
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
