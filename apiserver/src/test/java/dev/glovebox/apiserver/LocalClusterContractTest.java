package dev.glovebox.apiserver;

import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.crds.CustomResourceDefinitions;
import dev.glovebox.apiserver.metrics.NodeSummaries;
import dev.glovebox.apiserver.pki.TokenKey;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.Resource;
import dev.glovebox.policy.TrustLevel;
import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Store;
import dev.glovebox.store.sqlite.SqliteStore;
import dev.glovebox.testkit.ClusterContract;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// The contract of the port, held against the whole pipeline over the real store.
class LocalClusterContractTest extends ClusterContract {
    private static final int REMEMBERED = 64;

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init")
    private Store store;

    @SuppressWarnings("NullAway.Init")
    private Cluster cluster;

    @Override
    protected Cluster open() {
        store = SqliteStore.open(directory, new HistoryLimit(REMEMBERED, 1L << 20));
        ApiServer api =
                new ApiServer(
                        new ApiServer.Settings(
                                store,
                                CustomResourceDefinitions.builtInKinds(
                                        Schemas.kubernetes(), Clock.systemUTC()),
                                Schemas.kubernetes(),
                                TokenKey.open(directory.resolve("pki")),
                                NodeSummaries.NONE,
                                TrustLevel.TRUSTED,
                                Clock.systemUTC()));
        new Bootstrap(api).run();
        cluster = new LocalCluster(api, new User("admin", List.of("system:masters")));
        return cluster;
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

    @AfterEach
    void close() {
        store.close();
    }
}
