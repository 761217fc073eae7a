package dev.glovebox.node;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.Delta;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.containerd.CallObserver;
import dev.glovebox.containerd.Cri;
import dev.glovebox.containerd.TaskEvent;
import dev.glovebox.http.MetricsPage;
import dev.glovebox.network.HostLinks;
import dev.glovebox.node.cgroup.CgroupMounts;
import dev.glovebox.node.cgroup.PodCgroups;
import dev.glovebox.node.oom.OomKills;
import dev.glovebox.node.pull.PulledImages;
import dev.glovebox.node.resize.Allocations;
import dev.glovebox.node.spec.Dns;
import dev.glovebox.node.spec.NodeView;
import dev.glovebox.node.spec.PodConfigs;
import dev.glovebox.node.stats.NodeFigures;
import dev.glovebox.node.stats.NodeUsage;
import dev.glovebox.node.users.IdMaps;
import dev.glovebox.node.users.PodUserRanges;
import dev.glovebox.node.users.UserRanges;
import dev.glovebox.node.volume.ContentVolumes;
import dev.glovebox.node.volume.Mounts;
import dev.glovebox.node.volume.PodDirectories;
import dev.glovebox.node.volume.PodVolumes;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the pods that the API assigns to one node. Closing it leaves the pods alone: the next agent
/// finds them in the runtime and goes on.
public final class NodeAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Time between two full looks at the runtime.
    private static final Duration RELIST = Duration.ofSeconds(10);

    /// Time between two looks at what the API fills in pods' volumes.
    private static final Duration VOLUME_REFRESH = Duration.ofSeconds(5);

    /// How often it is looked which images are gone, of which something is written.
    private static final Duration PRUNE = Duration.ofMinutes(1);

    /// How often it is measured what pods use, the kubelet's housekeeping interval.
    private static final Duration MEASURE = Duration.ofSeconds(10);

    /// How often the kernel's log is read, which may be short: at most ten kills in five seconds
    /// are told in it, in a hundred lines each.
    private static final Duration LISTEN = Duration.ofSeconds(1);

    private static final Comparator<Pod> FIRST_COME =
            Comparator.comparing(pod ->
                    Objects.requireNonNullElse(pod.getMetadata().getCreationTimestamp(), ""));

    private final NodeSettings settings;
    private final NodeParts parts;
    private final PodRunner runner;
    private final Allocations allocations;
    private final StatusWriter statuses;
    private final PodEvents events;
    private final NodeRegistration registration;
    private final NodeLease lease;
    private final RuntimeObserver observer;
    private final Orphans orphans;
    private final LogRotation rotation;
    private final NodeFigures figures;
    private final Rounds measuring;
    private final Rounds listening;
    private final Rounds refreshing;
    private final Rounds pruning;
    private final Evictions evictions;
    private final PodAdmission admission;
    private final Rounds enforcement;
    private final Function<Consumer<TaskEvent>, AutoCloseable> subscribe;

    private final LateLogs logs = new LateLogs();
    private final PodWorkers workers;

    /// Whether the API's pods are known in full.
    private volatile boolean synced;

    private @Nullable OwnNode node;
    private @Nullable Reflector<Pod> pods;
    private @Nullable Thread feed;
    private @Nullable AutoCloseable subscription;

    /// An agent that does nothing before [#start].
    ///
    /// @param cluster the API as this node's identity sees it
    /// @param cri the runtime, with somebody who hears of each call
    /// @param subscribe opens a stream of containerd's task events
    /// @param users which pods have which users of their own, of all nodes of this process
    /// @param version of the agent, as the Node shows it, for example `v1.34.0-glovebox`
    public NodeAgent(
            NodeSettings settings,
            Cluster cluster,
            Function<CallObserver, Cri> cri,
            Function<Consumer<TaskEvent>, AutoCloseable> subscribe,
            NodeNetwork network,
            PodGate gate,
            UserRanges users,
            Clock clock,
            String version) {
        HostFacts host = new HostFacts(Path.of("/"));
        MetricsPage page = new MetricsPage();
        PodCgroups cgroups = new PodCgroups(CgroupMounts.ofThisMachine(), settings.name());
        this(
                settings,
                new NodeParts(
                        cluster,
                        new CriRuntime(
                                cri.apply(NodeFigures.calls(page)),
                                settings.name(),
                                network.firewall().ranges()::ordered),
                        gate,
                        network,
                        new HostLinks(),
                        cgroups,
                        cgroups.forgetsKills()
                                ? OomKills.ofThisMachine(cgroups.ofAll().value())
                                : OomKills.none(),
                        volumes(settings, host, cluster, clock),
                        new PodUserRanges(
                                users,
                                settings.podsDirectory(),
                                new IdMaps(Path.of("/proc")),
                                Path.of("/etc")),
                        clock),
                subscribe,
                host,
                page,
                version);
    }

    NodeAgent(
            NodeSettings settings,
            NodeParts parts,
            Function<Consumer<TaskEvent>, AutoCloseable> subscribe,
            HostFacts host,
            MetricsPage page,
            String version) {
        this.settings = settings;
        this.parts = parts;
        this.subscribe = subscribe;
        this.events = PodEvents.start(parts.cluster(), settings.name(), parts.clock());
        this.statuses = new StatusWriter(parts.cluster());
        PodConfigs configs =
                new PodConfigs(
                        settings.name(),
                        view(settings, host),
                        host.memory(),
                        Dns.parse(host.resolvConf(), parts.firewall().ranges().families())
                                .withCluster(settings.dns()),
                        settings.seccompProfiles(),
                        new ClusterObjects(parts.cluster()));
        NodeRoom room = NodeRoom.of(settings, parts, host);
        this.allocations = new Allocations(this::pods, room.forResizes());
        PulledImages pulled =
                new PulledImages(settings.dataDirectory(), parts.runtime()::images, parts.clock());
        this.runner = new PodRunner(parts, settings, configs, events, allocations, pulled);
        this.enforcement = room.enforcement(events);
        NodeUsage usage = new NodeUsage(this::pods, parts.cgroups(), parts.clock());
        this.figures = new NodeFigures(settings.name(), page, usage, this::pods);
        this.evictions =
                new Evictions(
                        parts,
                        settings.headroom(),
                        room.signals(),
                        new PodUse(settings, parts, usage, allocations::given),
                        this::pods,
                        events,
                        this::tell,
                        this::reportNow);
        this.workers = new PodWorkers(parts, runner, statuses, logs, settings.addresses());
        this.admission =
                new PodAdmission(
                        parts.runtime(),
                        evictions::conditions,
                        new PodAdmission.Occupants(
                                this::pods, allocations::given, workers::claimed),
                        () -> Optional.ofNullable(node).flatMap(OwnNode::known),
                        () -> Optional.ofNullable(node).flatMap(OwnNode::now),
                        events);
        this.registration =
                new NodeRegistration(
                        settings, parts, host, room.capacity(), evictions::conditions, version);
        this.lease = new NodeLease(parts.cluster(), settings.name(), parts.clock());
        this.observer = new RuntimeObserver(parts.runtime(), RELIST, this::observed);
        this.orphans = new Orphans(settings, parts);
        this.rotation = new LogRotation(settings, parts.runtime(), parts.clock());
        this.measuring = Rounds.every("usage", Duration.ZERO, MEASURE, usage::measure);
        this.listening = Rounds.every("kernel-log", Duration.ZERO, LISTEN, parts.oomKills()::read);
        this.pruning = Rounds.every("pulled-images", PRUNE, PRUNE, pulled::prune);
        this.refreshing =
                Rounds.every("volume-refresh", VOLUME_REFRESH, VOLUME_REFRESH, workers::refresh);
    }

    private static PodVolumes volumes(
            NodeSettings settings, HostFacts host, Cluster cluster, Clock clock) {
        Mounts mounts = new Mounts();
        return new PodVolumes(
                new PodDirectories(settings.podsDirectory(), mounts),
                new ContentVolumes(
                        mounts, new ClusterObjects(cluster), clock, view(settings, host)));
    }

    private static NodeView view(NodeSettings settings, HostFacts host) {
        return new NodeView(settings.addresses(), host.amounts());
    }

    /// Registers the node and begins to run its pods.
    public void start() {
        orphans.begin();
        parts.users().begin(parts.volumes().uids());
        statuses.start();
        enforcement.start();
        evictions.look();
        registration.report();
        registration.start();
        lease.start();
        rotation.start();
        measuring.start();
        listening.start();
        evictions.start();
        refreshing.start();
        pruning.start();
        node = OwnNode.follow(parts.cluster(), settings.name());
        pods =
                Reflector.start(
                        parts.cluster(),
                        Resource.PODS,
                        Scope.fields("spec.nodeName=" + settings.name()),
                        Backoff.DEFAULT);
        Reflector<Pod> source = pods;
        feed = Thread.ofVirtual().name("pod-feed").start(() -> feed(source));
        subscription = subscribe.apply(observer::accept);
        observer.start();
    }

    /// Tells which runtimes were seen to work: the Node is labelled with them at once, and with no
    /// others. Where that is refused it is tried again with each report.
    ///
    /// @param ready by the names of their RuntimeClasses
    public void runtimes(Set<String> ready) {
        registration.runtimes(ready);
    }

    /// Streams of the node's containers, for whoever is in the same process.
    public NodeStreams streams() {
        return new NodeStreams(settings, parts.runtime(), logs, this::pod, this::pods);
    }

    /// What the node tells of itself in figures.
    public NodeFigures figures() {
        return figures;
    }

    /// Stops working; running pods go on.
    @Override
    public void close() {
        closeQuietly(subscription);
        observer.close();
        closeQuietly(pods);
        closeQuietly(node);
        if (feed != null) {
            feed.interrupt();
        }
        refreshing.close();
        pruning.close();
        evictions.close();
        enforcement.close();
        measuring.close();
        listening.close();
        rotation.close();
        lease.close();
        registration.close();
        orphans.close();
        workers.close();
        events.close();
        statuses.close();
        parts.oomKills().close();
    }

    private static void closeQuietly(@Nullable AutoCloseable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("a part of the node agent did not close well");
        }
    }

    private Optional<Pod> pod(String namespace, String name) {
        Reflector<Pod> source = pods;
        return source == null
                ? Optional.empty()
                : source.image().get(new ObjectKey(namespace, name));
    }

    private List<Pod> pods() {
        Reflector<Pod> source = pods;
        return source == null ? List.of() : List.copyOf(source.image().values());
    }

    private void feed(Reflector<Pod> source) {
        try {
            Image<Pod> image = Image.unknown();
            while (true) {
                Image<Pod> known = image;
                Image<Pod> next = source.awaitAfter(known.generation(), PATIENCE);
                Delta<Pod> delta = Delta.between(known, next);
                delta.removed().values().forEach(this::gone);
                delta.changed().values().stream()
                        .sorted(FIRST_COME)
                        .forEach(pod -> changed(known, pod));
                if (next.isSynced()) {
                    synced = true;
                }
                reconsider();
                image = next;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Others may have made room for what could not be given before.
    private void reconsider() {
        try {
            allocations.reconsider().forEach(pod -> workers.tell(pod, new PodMail.Look()));
        } catch (RuntimeException e) {
            // What nobody thought of: pods go on being heard of.
            LOG.atError().setCause(e).log("what waits for room could not be weighed again");
        }
    }

    private void changed(Image<Pod> known, Pod pod) {
        try {
            Pod before = known.get(ObjectKey.of(pod)).orElse(pod);
            if (!uid(before).equals(uid(pod))) {
                gone(before);
            }
            assigned(pod);
        } catch (RuntimeException e) {
            // What nobody thought of: the node's other pods do not wait for it.
            LOG.atError()
                    .addKeyValue("pod", ObjectKey.of(pod))
                    .setCause(e)
                    .log("a pod could not be given to its worker");
        }
    }

    private void assigned(Pod pod) {
        List<PodMail> first =
                workers.claimed(pod.getMetadata().getUid())
                        ? List.of()
                        : admission.refusal(pod).<PodMail>map(PodMail.Evict::new).stream().toList();
        workers.assigned(pod, first);
    }

    private void gone(Pod pod) {
        admission.gone(pod);
        workers.tell(pod, new PodMail.Gone());
    }

    private void tell(Pod pod, PodMail mail) {
        workers.tell(pod, mail);
    }

    private void reportNow() {
        registration.report();
    }

    private void observed(RuntimeObserver.Fact fact) {
        switch (fact) {
            case RuntimeObserver.Fact.Ended(TaskEvent.Exited exit) -> workers.ended(exit);
            case RuntimeObserver.Fact.Relisted(List<ContainerRuntime.RuntimePod> all) -> {
                workers.relisted(all);
                if (synced) {
                    orphans.begin(
                            all.stream().filter(pod -> !workers.claimed(pod.uid())).toList(),
                            workers::claimed);
                }
            }
        }
    }

    private static String uid(Pod pod) {
        return PodWorkers.uid(pod);
    }
}
