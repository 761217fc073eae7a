package dev.glovebox.engine;

import dev.glovebox.apiserver.ApiServer;
import dev.glovebox.apiserver.Bootstrap;
import dev.glovebox.apiserver.LocalCluster;
import dev.glovebox.apiserver.NamespacedResources;
import dev.glovebox.apiserver.audit.Audit;
import dev.glovebox.apiserver.auth.ServiceAccounts;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.crds.CustomResourceDefinitions;
import dev.glovebox.apiserver.http.ApiHttpServer;
import dev.glovebox.apiserver.http.ApiHttpSettings;
import dev.glovebox.apiserver.http.ApiMetrics;
import dev.glovebox.apiserver.http.DialedSummaries;
import dev.glovebox.apiserver.http.HealthCheck;
import dev.glovebox.apiserver.http.NodeDialer;
import dev.glovebox.apiserver.http.NodeEndpoint;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.ServiceRange;
import dev.glovebox.apiserver.pki.ClusterPki;
import dev.glovebox.apiserver.pki.PkiSettings;
import dev.glovebox.apiserver.pki.TokenKey;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.cluster.AnyObject;
import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.Resource;
import dev.glovebox.controllers.DefinitionController;
import dev.glovebox.controllers.GarbageCollector;
import dev.glovebox.controllers.NamespaceController;
import dev.glovebox.controllers.OwnedKind;
import dev.glovebox.controllers.QuotaController;
import dev.glovebox.controllers.StandardObject;
import dev.glovebox.controllers.StandardObjectController;
import dev.glovebox.controllers.TokenSecretController;
import dev.glovebox.controllers.endpoints.ApiService;
import dev.glovebox.http.HttpSettings;
import dev.glovebox.model.Authority;
import dev.glovebox.network.Family;
import dev.glovebox.scheduler.Scheduler;
import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Store;
import dev.glovebox.store.sqlite.SqliteStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The part of the engine that decides: a Kubernetes API over a store, a scheduler, controllers. It
/// runs with or without a node beside it, and closes in reverse.
final class ControlPlane implements AutoCloseable {
    private final Places places;
    private final EngineSettings settings;
    private final NodeDialer nodes;
    private final Clock clock;
    private final Closing parts = new Closing();
    private final ApiServer api;
    private final Audit audit;
    private final Schemas schemas = Schemas.kubernetes();
    private final ClusterPki pki;
    private final Store store;
    private @Nullable URI url;
    private final ApiMetrics metrics;
    private List<HealthCheck> readiness = List.of();

    private ControlPlane(Places places, EngineSettings settings, NodeDialer ownNode, Clock clock) {
        this.places = places;
        this.settings = settings;
        this.clock = clock;
        this.pki = ClusterPki.open(new PkiSettings(places.pki(), names(), clock));
        var tokens = TokenKey.open(places.pki());
        this.audit = new Audit(settings.audit(), clock, EngineLog::audit);
        this.store = parts.add(SqliteStore.open(places.store(), HistoryLimit.DEFAULT));
        this.api =
                new ApiServer(
                        new ApiServer.Settings(
                                store,
                                CustomResourceDefinitions.builtInKinds(
                                        schemas, serviceRanges(), clock),
                                schemas,
                                tokens,
                                new DialedSummaries(this::endpointOf),
                                settings.defaultTrust(),
                                settings.podSecurity(),
                                clock));
        this.metrics = new ApiMetrics(api.kinds());
        this.nodes =
                new NodeEndpoints(ownNode, as("kube-apiserver", User.MASTERS), pki.clientTls());
    }

    /// Opens the store and makes in it what every cluster has; nobody is listened to yet.
    ///
    /// @param ownNode the way to the node of this engine, if it has one
    static ControlPlane open(
            Places places, EngineSettings settings, NodeDialer ownNode, Clock clock) {
        ControlPlane plane = new ControlPlane(places, settings, ownNode, clock);
        try {
            new Bootstrap(plane.api).run();
            return plane;
        } catch (RuntimeException | Error e) {
            plane.close();
            throw e;
        }
    }

    /// Serves the API from now on, and schedules and controls by it.
    ///
    /// @param kubeconfig gets the administrator's credentials
    /// @param readiness what `/readyz` asks
    void start(Path kubeconfig, HealthCheck readiness) {
        this.readiness = List.of(readiness);
        ApiHttpServer http =
                parts.add(ApiHttpServer.start(httpSettings(settings.listenAddress()), api));
        url = http.url();
        pki.writeKubeconfig(kubeconfig, http.url());
        parts.add(Scheduler.start(as("system:kube-scheduler"), clock, Backoff.DEFAULT));
        parts.add(
                NamespaceController.start(
                        controller("namespace-controller"),
                        () -> NamespacedResources.of(api.kinds().get()),
                        clock,
                        Backoff.DEFAULT));
        parts.add(
                DefinitionController.start(
                        as("system:apiserver", "system:masters"), clock, Backoff.DEFAULT));
        parts.add(
                GarbageCollector.start(
                        controller("generic-garbage-collector"),
                        this::owned,
                        clock,
                        Backoff.DEFAULT));
        startAccess(pki);
        parts.add(
                ControlLoops.start(as("system:kube-controller-manager"), this::controller, clock)
                        .announce(
                                as("system:apiserver", User.MASTERS),
                                ApiService.at(
                                        clusterAddress(),
                                        HostAddress.text(addressForPods()),
                                        url().getPort())));
    }

    private List<ServiceRange> serviceRanges() {
        return MachineNetwork.serviceRanges(settings.pods());
    }

    /// The address of the API's own Service: the first that Services may have.
    private String clusterAddress() {
        return serviceRanges().getFirst().address(1);
    }

    /// Listens where pods find the API too, once the machine has that address.
    void listenForPods() {
        if (settings.listenAddress().getAddress().isAnyLocalAddress()
                || addressForPods().equals(reachableAddress())) {
            return;
        }
        parts.add(
                ApiHttpServer.start(
                        httpSettings(new InetSocketAddress(addressForPods(), url().getPort())),
                        api));
    }

    /// Where pods find the API: one that listens on the loopback alone, or at an address of another
    /// family than their first, has another address for them.
    private InetAddress addressForPods() {
        InetAddress address = reachableAddress();
        boolean reached =
                !address.isLoopbackAddress()
                        && Family.of(HostAddress.text(address)) == settings.pods().first().family();
        return settings.extent() == Extent.WHOLE && !reached
                ? InetAddress.ofLiteral(MachineNetwork.doorOf(settings.pods()).address())
                : address;
    }

    /// The addresses by which clients know the API.
    private List<InetAddress> names() {
        return List.of(
                reachableAddress(), addressForPods(), InetAddress.ofLiteral(clusterAddress()));
    }

    private ApiHttpSettings httpSettings(InetSocketAddress listen) {
        return new ApiHttpSettings(
                listen,
                pki.serverTls(),
                HttpSettings.Limits.DEFAULT,
                api.kinds(),
                schemas,
                api.authorizer(),
                api.authenticator(),
                audit,
                nodes,
                metrics,
                readiness);
    }

    private Optional<NodeEndpoint> endpointOf(String node) {
        return nodes.endpointOf(node);
    }

    /// Where the API listens, as programs of this machine reach it.
    ///
    /// @throws IllegalStateException before [#start]
    URI url() {
        if (url == null) {
            throw new IllegalStateException("the API is not served yet");
        }
        return url;
    }

    /// What gives kubelets of other machines their identities.
    Joining joining() {
        String host = reachableAddress().getHostAddress();
        return new Joining(
                pki,
                places.joining(),
                URI.create("https://" + Authority.of(host, url().getPort())));
    }

    /// What copies every object.
    Backups backups() {
        return new Backups(store, places.store().resolve("backing-up.db"));
    }

    /// The address that the API listens on; where that is every address, the machine's own.
    private InetAddress reachableAddress() {
        InetAddress address = settings.listenAddress().getAddress();
        return address.isAnyLocalAddress()
                ? InetAddress.ofLiteral(HostAddress.find(settings.pods()))
                : address;
    }

    /// What gives pods their accounts and bounds what namespaces use.
    private void startAccess(ClusterPki pki) {
        Cluster reads = as("system:kube-controller-manager");
        parts.add(
                StandardObjectController.start(
                        reads,
                        controller("service-account-controller"),
                        StandardObject.defaultAccount(),
                        clock,
                        Backoff.DEFAULT));
        parts.add(
                StandardObjectController.start(
                        reads,
                        controller("root-ca-cert-publisher"),
                        StandardObject.rootCertificate(pki.rootCertificate()),
                        clock,
                        Backoff.DEFAULT));
        parts.add(TokenSecretController.start(reads, clock, Backoff.DEFAULT));
        parts.add(
                QuotaController.start(
                        controller("resourcequota-controller"),
                        () -> NamespacedResources.of(api.kinds().get()),
                        new ApiQuotaMeasure(clock),
                        clock,
                        Backoff.DEFAULT));
    }

    /// The API as a user sees it who was authenticated.
    Cluster as(String user, String... groups) {
        return new LocalCluster(
                audit.of(api),
                new User(
                        user,
                        Stream.concat(Arrays.stream(groups), Stream.of(User.AUTHENTICATED))
                                .toList()));
    }

    /// What can own or be owned. Events are too many and too short-lived.
    private List<OwnedKind> owned() {
        return api.kinds().get().resources().stream()
                .filter(kind -> kind.verbs().containsAll(List.of("delete", "list", "watch")))
                .filter(kind -> !kind.names().plural().equals("events"))
                .map(kind -> new OwnedKind(kind.names().kind(), resource(kind)))
                .toList();
    }

    private static Resource<AnyObject> resource(Kind kind) {
        String plural = kind.names().plural();
        return kind.namespaced()
                ? AnyObject.namespaced(kind.group(), kind.version(), plural)
                : AnyObject.clusterWide(kind.group(), kind.version(), plural);
    }

    private Cluster controller(String name) {
        return new LocalCluster(audit.of(api), ServiceAccounts.controller(name));
    }

    @Override
    public void close() {
        parts.close();
    }
}
