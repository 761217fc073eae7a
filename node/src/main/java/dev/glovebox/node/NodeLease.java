package dev.glovebox.node;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.Lease;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Shows that this node is there, by a lease that it renews: what a kubelet does. Whoever does not
/// renew for too long is taken for gone.
final class NodeLease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLease.class);
    private static final int SECONDS = 40;
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Cluster cluster;
    private final String node;
    private final Clock clock;
    private final Rounds rounds;

    NodeLease(Cluster cluster, String node, Clock clock) {
        this.cluster = cluster;
        this.node = node;
        this.clock = clock;
        this.rounds = new Rounds("node-lease", Duration.ZERO, () -> renew() ? INTERVAL : RETRY);
    }

    void start() {
        rounds.start();
    }

    /// Renews no further.
    @Override
    public void close() {
        rounds.close();
    }

    /// Renews once; whether that was written.
    boolean renew() {
        try {
            Lease lease =
                    cluster.get(Lease.RESOURCE, new ObjectKey(Lease.NODES, node))
                            .orElseGet(() -> Lease.ofNode(node, SECONDS));
            lease.renew(clock.instant());
            if (lease.getMetadata().getUid() == null) {
                cluster.create(Lease.RESOURCE, lease);
            } else {
                cluster.update(Lease.RESOURCE, lease);
            }
            return true;
        } catch (ApiException e) {
            if (e.reason() != StatusReason.CONFLICT) {
                LOG.atWarn()
                        .addKeyValue("cause", e.getMessage())
                        .log("The node's lease was not renewed");
            }
            return false;
        }
    }
}
