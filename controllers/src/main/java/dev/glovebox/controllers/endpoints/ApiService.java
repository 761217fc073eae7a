package dev.glovebox.controllers.endpoints;

import io.fabric8.kubernetes.api.model.EndpointAddressBuilder;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.EndpointSubsetBuilder;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The Service `kubernetes` and where the API listens.
///
/// @param clusterAddress of the Service: the first address of the usual range of Services
/// @param address that others reach the API at; empty where it listens on this machine's loopback
///   only, which is no address of an endpoint, or at one of another family than the Service's. Then
///   the Service has no endpoints: it would lead nowhere.
/// @param port that the API listens on
public record ApiService(String clusterAddress, Optional<String> address, int port) {
    static final String NAME = "kubernetes";

    private static final String PORT_NAME = "https";
    private static final int SERVICE_PORT = 443;
    private static final String TCP = "TCP";
    private static final String NOT_MIRRORED = "endpointslice.kubernetes.io/skip-mirror";
    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    /// An API that listens there.
    ///
    /// @param clusterAddress of the Service
    /// @param address an address as the API writes it
    public static ApiService at(String clusterAddress, String address, int port) {
        InetAddress there = InetAddress.ofLiteral(address);
        boolean usable =
                family(address).equals(family(clusterAddress))
                        && !there.isLoopbackAddress()
                        && !there.isAnyLocalAddress()
                        && !there.isLinkLocalAddress();
        return new ApiService(clusterAddress, Optional.of(address).filter(any -> usable), port);
    }

    private static String family(String address) {
        return address.indexOf(':') < 0 ? "IPv4" : "IPv6";
    }

    Service service() {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(NAME)
                .withLabels(Map.of("provider", "kubernetes", "component", "apiserver"))
                .endMetadata()
                .withNewSpec()
                .withClusterIP(clusterAddress)
                .withIpFamilyPolicy("SingleStack")
                .withSessionAffinity("None")
                .withType("ClusterIP")
                .addNewPort()
                .withName(PORT_NAME)
                .withProtocol(TCP)
                .withPort(SERVICE_PORT)
                .withNewTargetPort(port)
                .endPort()
                .endSpec()
                .build();
    }

    Endpoints endpoints() {
        return mended(
                new EndpointsBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName(NAME)
                        .endMetadata()
                        .build());
    }

    Endpoints mended(Endpoints there) {
        List<EndpointSubset> subsets =
                address.stream()
                        .map(ip ->
                                new EndpointSubsetBuilder()
                                        .withAddresses(
                                                new EndpointAddressBuilder().withIp(ip).build())
                                        .addNewPort()
                                        .withName(PORT_NAME)
                                        .withPort(port)
                                        .withProtocol(TCP)
                                        .endPort()
                                        .build())
                        .toList();
        return new EndpointsBuilder(there)
                .editMetadata()
                .addToLabels(NOT_MIRRORED, "true")
                .endMetadata()
                .withSubsets(subsets)
                .build();
    }

    EndpointSlice slice() {
        return mended(
                new EndpointSliceBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName(NAME)
                        .endMetadata()
                        .withAddressType(family(clusterAddress))
                        .build());
    }

    EndpointSlice mended(EndpointSlice there) {
        List<Endpoint> endpoints =
                address.stream()
                        .map(ip ->
                                new EndpointBuilder()
                                        .withAddresses(ip)
                                        .withNewConditions()
                                        .withReady(true)
                                        .endConditions()
                                        .build())
                        .toList();
        EndpointPort https =
                new EndpointPortBuilder()
                        .withName(PORT_NAME)
                        .withPort(port)
                        .withProtocol(TCP)
                        .build();
        return new EndpointSliceBuilder(there)
                .editMetadata()
                .addToLabels(SERVICE_NAME, NAME)
                .endMetadata()
                .withEndpoints(endpoints)
                .withPorts(address.isPresent() ? List.of(https) : List.of())
                .build();
    }
}
