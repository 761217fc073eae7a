package dev.glovebox.engine;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.node.services.ClusterServices;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Service of the cluster's name server, by the name and label that everybody knows it by.
///
/// @param cluster may make it
/// @param backend where the server listens
/// @param port on which
record DnsService(Cluster cluster, String backend, int port) {
    /// What it has where nobody else took it.
    static final String ADDRESS = "10.96.0.10";

    private static final Logger LOG = LoggerFactory.getLogger(DnsService.class);
    private static final ObjectKey KEY = new ObjectKey("kube-system", "kube-dns");
    private static final Map<String, String> LABELS = Map.of("k8s-app", "kube-dns");
    private static final int PORT = 53;

    /// Makes what is missing. Its address.
    String ensure() {
        Service service =
                cluster.get(ClusterServices.SERVICES, KEY).orElseGet(() -> make(service()));
        Optional<EndpointSlice> there = cluster.get(ClusterServices.SLICES, KEY);
        if (there.isEmpty()) {
            cluster.create(ClusterServices.SLICES, slice(new EndpointSlice()));
        } else {
            cluster.update(ClusterServices.SLICES, slice(there.get()));
        }
        return service.getSpec().getClusterIP();
    }

    private Service make(Service wanted) {
        try {
            return cluster.create(ClusterServices.SERVICES, wanted);
        } catch (ApiException e) {
            if (e.reason() != StatusReason.INVALID) {
                throw e;
            }
            LOG.atWarn()
                    .addKeyValue("address", ADDRESS)
                    .addKeyValue("cause", e.getMessage())
                    .log("the address of the name server is somebody else's");
            return cluster.create(
                    ClusterServices.SERVICES,
                    new ServiceBuilder(wanted).editSpec().withClusterIP(null).endSpec().build());
        }
    }

    private static Service service() {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(KEY.namespace())
                .withName(KEY.name())
                .withLabels(LABELS)
                .endMetadata()
                .withNewSpec()
                .withClusterIP(ADDRESS)
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
                .withAddressType("IPv4")
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
}
