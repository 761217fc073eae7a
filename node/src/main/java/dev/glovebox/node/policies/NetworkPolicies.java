package dev.glovebox.node.policies;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.network.NetworkException;
import dev.glovebox.network.PodRules;
import dev.glovebox.network.PolicySource;
import dev.glovebox.policy.NamespaceTrust;
import dev.glovebox.policy.TrustLevel;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows NetworkPolicies, pods and namespaces, and tells the packet filter what they mean.
///
/// Concurrency: a thread for each of the three takes its images; they are put together under the
/// monitor, and whoever enforces is told after that, and asks for the pods that are his.
public final class NetworkPolicies implements PolicySource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkPolicies.class);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /// How long the start of a pod waits until its policies are known.
    private static final Duration UNKNOWN = Duration.ofSeconds(20);

    /// When rules are tried again that could not be put in place.
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Reflector<NetworkPolicy> policies;
    private final Reflector<Pod> pods;
    private final Reflector<Namespace> namespaces;
    private final Settings settings;
    private final List<Thread> threads = new ArrayList<>();

    /// As they came last; empty until all three have come.
    @GuardedBy("this")
    private Optional<Known> known = Optional.empty();

    private final CountDownLatch closed = new CountDownLatch(1);

    /// What policies are not told by the API.
    ///
    /// @param defaultTrust of namespaces that do not say; pods of trusted ones may talk to the API
    /// @param dns the cluster's name server where it runs: to policies it is a pod of `kube-system`
    ///   with the label that all know it by; empty where there is none
    public record Settings(TrustLevel defaultTrust, Optional<Pod> dns) {}

    /// @param pods by uid
    private record Known(Compiler compiler, Map<String, Pod> pods) {}

    private NetworkPolicies(Cluster cluster, Settings settings, Backoff backoff) {
        this.settings = settings;
        policies =
                Reflector.start(
                        cluster,
                        new Resource<>(
                                "networking.k8s.io",
                                "v1",
                                "networkpolicies",
                                true,
                                NetworkPolicy.class),
                        Scope.ALL,
                        backoff);
        pods = Reflector.start(cluster, Resource.PODS, Scope.ALL, backoff);
        namespaces = Reflector.start(cluster, Resource.NAMESPACES, Scope.ALL, backoff);
    }

    /// Begins to follow them.
    ///
    /// @param cluster the API as an identity sees it that may watch all three
    public static NetworkPolicies start(Cluster cluster, Settings settings, Backoff backoff) {
        return new NetworkPolicies(cluster, settings, backoff);
    }

    /// Calls `enforce` whenever something changes that may matter.
    public void follow(Runnable enforce) {
        threads.add(spawn("policies", policies, enforce));
        threads.add(spawn("policy-pods", pods, enforce));
        threads.add(spawn("policy-namespaces", namespaces, enforce));
    }

    private Thread spawn(
            String name, Reflector<? extends HasMetadata> reflector, Runnable enforce) {
        return Thread.ofVirtual()
                .name(name)
                .start(() -> {
                    try {
                        follow(reflector, enforce);
                    } catch (InterruptedException e) {
                        LOG.atDebug()
                                .addKeyValue("thread", name)
                                .log("policies are followed no more");
                    }
                });
    }

    private void follow(Reflector<? extends HasMetadata> reflector, Runnable enforce)
            throws InterruptedException {
        long seen = 0;
        while (!isClosed()) {
            Image<? extends HasMetadata> image = reflector.awaitAfter(seen, PATIENCE);
            if (image.generation() > seen) {
                enforce(enforce);
                seen = image.generation();
            }
        }
    }

    /// Tries until the rules are in place: until then those before hold. Whatever goes wrong, the
    /// thread stays, or no later policy would be enforced.
    private void enforce(Runnable enforce) throws InterruptedException {
        do {
            try {
                take();
                enforce.run();
                return;
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("network policies are not enforced as they stand");
            }
        } while (!closed.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS));
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private synchronized void take() {
        Image<NetworkPolicy> all = policies.image();
        Image<Pod> there = pods.image();
        Image<Namespace> named = namespaces.image();
        if (!all.isSynced() || !there.isSynced() || !named.isSynced()) {
            return;
        }
        List<Pod> peers = new ArrayList<>(there.values());
        settings.dns().ifPresent(peers::add);
        Compiler compiler = new Compiler(all.values(), peers, named.values(), this::isTrusted);
        Map<String, Pod> byUid =
                there.values().stream()
                        .collect(
                                Collectors.toMap(
                                        pod -> pod.getMetadata().getUid(), Function.identity()));
        known = Optional.of(new Known(compiler, byUid));
        notifyAll();
    }

    private boolean isTrusted(Namespace namespace) {
        Map<String, String> labels = namespace.getMetadata().getLabels();
        return NamespaceTrust.of(
                                namespace.getMetadata().getName(),
                                labels == null ? Map.of() : labels,
                                settings.defaultTrust())
                        .level()
                == TrustLevel.TRUSTED;
    }

    @Override
    public synchronized void await(String uid) {
        long end = System.nanoTime() + UNKNOWN.toNanos();
        try {
            while (known.isEmpty() || !known.get().pods().containsKey(uid)) {
                long left = end - System.nanoTime();
                if (left <= 0 || isClosed()) {
                    throw new NetworkException("network policies of pod " + uid + " are not known");
                }
                wait(Math.max(1, left / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NetworkException("network policies of pod " + uid + " are not known", e);
        }
    }

    @Override
    public synchronized Optional<PodRules> rules(String uid) {
        return known.flatMap(
                all -> Optional.ofNullable(all.pods().get(uid)).map(all.compiler()::rules));
    }

    @Override
    public void close() {
        closed.countDown();
        threads.forEach(Thread::interrupt);
        policies.close();
        pods.close();
        namespaces.close();
    }
}
