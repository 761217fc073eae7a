package dev.glovebox.cluster.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.apiserver.ApiServer;
import dev.glovebox.apiserver.Bootstrap;
import dev.glovebox.apiserver.audit.Audit;
import dev.glovebox.apiserver.audit.AuditLevel;
import dev.glovebox.apiserver.crds.CustomResourceDefinitions;
import dev.glovebox.apiserver.http.ApiHttpServer;
import dev.glovebox.apiserver.http.ApiHttpSettings;
import dev.glovebox.apiserver.http.ApiMetrics;
import dev.glovebox.apiserver.metrics.NodeSummaries;
import dev.glovebox.apiserver.pki.ClusterPki;
import dev.glovebox.apiserver.pki.PkiSettings;
import dev.glovebox.apiserver.pki.TokenKey;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.cluster.Watch;
import dev.glovebox.http.HttpSettings;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.policy.TrustLevel;
import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Store;
import dev.glovebox.store.sqlite.SqliteStore;
import dev.glovebox.testkit.ClusterContract;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.Config;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contract of the port over HTTPS, held against our API server; `RealClusterIT` holds it
/// against the real one.
class RemoteClusterContractTest extends ClusterContract {
    private static final int REMEMBERED = 64;
    private static final Duration LONG = Duration.ofMinutes(1);

    /// One authority for all tests: its keys take a second or two to find.
    @TempDir static Path pkis;

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init")
    private Store store;

    @SuppressWarnings("NullAway.Init")
    private ApiHttpServer server;

    @SuppressWarnings("NullAway.Init")
    private RemoteCluster cluster;

    @Override
    protected Cluster open() {
        Schemas schemas = Schemas.kubernetes();
        store = SqliteStore.open(directory, new HistoryLimit(REMEMBERED, 1L << 20));
        ClusterPki pki =
                ClusterPki.open(
                        new PkiSettings(
                                pkis.resolve("pki"),
                                List.of(InetAddress.getLoopbackAddress()),
                                Clock.systemUTC()));
        ApiServer api =
                new ApiServer(
                        new ApiServer.Settings(
                                store,
                                CustomResourceDefinitions.builtInKinds(schemas, Clock.systemUTC()),
                                schemas,
                                TokenKey.open(pkis.resolve("pki")),
                                NodeSummaries.NONE,
                                TrustLevel.TRUSTED,
                                Clock.systemUTC()));
        new Bootstrap(api).run();
        server =
                ApiHttpServer.start(
                        new ApiHttpSettings(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                pki.serverTls(),
                                HttpSettings.Limits.DEFAULT,
                                api.kinds(),
                                schemas,
                                api.authorizer(),
                                api.authenticator(),
                                new Audit(AuditLevel.NONE, Clock.systemUTC(), _ -> {}),
                                _ -> Optional.empty(),
                                new ApiMetrics(api.kinds()),
                                List.of()),
                        api);
        pki.writeKubeconfig(kubeconfig(), server.url());
        cluster = RemoteCluster.of(Config.fromKubeconfig(kubeconfig().toFile()));
        return cluster;
    }

    private Path kubeconfig() {
        return directory.resolve("admin.kubeconfig");
    }

    /// The store remembers so many writes: as many others push the past out.
    @Override
    protected void compact() {
        for (int i = 0; i <= REMEMBERED; i++) {
            cluster.create(
                    Resource.NODES,
                    new NodeBuilder().withNewMetadata().withName("n" + i).endMetadata().build());
        }
    }

    @Test
    void a_server_that_is_gone_is_told_as_such() throws Exception {
        Watch<Node> watch = cluster.watch(Resource.NODES, Scope.ALL, "");
        server.close();

        refused(
                StatusReason.SERVICE_UNAVAILABLE,
                "GET /api/v1/nodes/n was not answered",
                () -> cluster.get(Resource.NODES, ObjectKey.of("n")));
        assertThatThrownBy(
                        () -> {
                            while (watch.next(LONG).isPresent()) {
                                // What came before the end.
                            }
                        })
                .isInstanceOf(ApiException.class);
    }

    @Test
    void a_server_of_another_authority_is_told_nothing() throws Exception {
        ClusterPki other =
                ClusterPki.open(
                        new PkiSettings(
                                directory.resolve("other"),
                                List.of(InetAddress.getLoopbackAddress()),
                                Clock.systemUTC()));
        Path file = directory.resolve("other.kubeconfig");
        other.writeKubeconfig(file, server.url());

        try (RemoteCluster stranger = RemoteCluster.of(Config.fromKubeconfig(file.toFile()))) {
            refused(
                    StatusReason.SERVICE_UNAVAILABLE,
                    "",
                    () -> stranger.list(Resource.NODES, Scope.ALL));
        }
    }

    @Test
    void a_watch_without_credentials_is_refused_with_the_servers_words() throws Exception {
        Config anonymous = Config.fromKubeconfig(kubeconfig().toFile());
        anonymous.setClientCertData(null);
        anonymous.setClientKeyData(null);

        try (RemoteCluster stranger = RemoteCluster.of(anonymous)) {
            refused(
                    StatusReason.FORBIDDEN,
                    "User \"system:anonymous\" cannot watch resource \"nodes\"",
                    () -> stranger.watch(Resource.NODES, Scope.ALL, ""));
        }
    }

    @Test
    void large_changes_come_whole_and_in_order() throws Exception {
        String revision = cluster.list(Resource.NODES, Scope.ALL).resourceVersion();
        String text = "x".repeat(30_000);
        try (Watch<Node> watch = cluster.watch(Resource.NODES, Scope.ALL, revision)) {
            for (int i = 0; i < 50; i++) {
                cluster.create(
                        Resource.NODES,
                        new NodeBuilder()
                                .withNewMetadata()
                                .withName("n" + i)
                                .addToAnnotations("text", text + i)
                                .endMetadata()
                                .build());
            }
            for (int i = 0; i < 50; i++) {
                assertThat(watch.next(LONG).orElseThrow().toString()).contains(text + i);
            }
        }
    }

    private static void refused(StatusReason reason, String words, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(words);
    }

    @AfterEach
    void close() {
        cluster.close();
        server.close();
        store.close();
    }
}
