package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusWriterTest {
    private static final PodStatus PENDING = new PodStatusBuilder().withPhase("Pending").build();
    private static final PodStatus RUNNING = new PodStatusBuilder().withPhase("Running").build();

    private final FakeCluster cluster = new FakeCluster(ManualClock.atNoon());
    private final StatusWriter writer = new StatusWriter(cluster);
    private Pod pod;

    @BeforeEach
    void create_a_pod() {
        pod =
                cluster.create(
                        Resource.PODS,
                        new PodBuilder()
                                .withNewMetadata()
                                .withNamespace("default")
                                .withName("p")
                                .endMetadata()
                                .withNewSpec()
                                .endSpec()
                                .build());
    }

    @Test
    void a_flushed_status_is_written() throws InterruptedException {
        writer.start();
        writer.offer(pod, RUNNING);
        writer.flush(pod.getMetadata().getUid());
        writer.close();

        assertThat(phase()).isEqualTo("Running");
    }

    @Test
    void a_status_never_reaches_another_pod_of_the_same_name() throws InterruptedException {
        Pod earlier = new PodBuilder(pod).editMetadata().withUid("earlier").endMetadata().build();

        writer.start();
        writer.offer(earlier, RUNNING);
        writer.flush("earlier");
        writer.close();

        assertThat(phase()).isNotEqualTo("Running");
    }

    @Test
    void once_closed_nothing_is_written() {
        writer.close();
        writer.offer(pod, RUNNING);

        writer.run();

        assertThat(phase()).isNotEqualTo("Running");
    }

    @Test
    void closing_ends_a_writer_that_has_nothing_to_write() throws Exception {
        FutureTask<Void> writing = new FutureTask<>(writer::run, null);
        Thread thread = Thread.ofVirtual().start(writing);
        awaitState(thread, Thread.State.WAITING);

        writer.close();

        writing.get(30, TimeUnit.SECONDS);
    }

    @Test
    void closing_ends_a_writer_that_was_refused() throws Exception {
        cluster.refuseNext("get", new ApiException(StatusReason.INTERNAL_ERROR, "refused"));
        writer.offer(pod, RUNNING);
        FutureTask<Void> writing = new FutureTask<>(writer::run, null);
        Thread thread = Thread.ofVirtual().start(writing);
        awaitState(thread, Thread.State.TIMED_WAITING);

        writer.close();

        writing.get(30, TimeUnit.SECONDS);
        assertThat(phase()).isNotEqualTo("Running");
    }

    @Test
    void statuses_of_several_pods_are_written_at_a_time_and_one_of_a_pod() throws Exception {
        Pod second =
                cluster.create(
                        Resource.PODS,
                        new PodBuilder(pod)
                                .editMetadata()
                                .withName("q")
                                .withUid(null)
                                .withResourceVersion(null)
                                .endMetadata()
                                .build());
        CountDownLatch both = new CountDownLatch(2);
        Map<String, AtomicInteger> writing = new ConcurrentHashMap<>();
        AtomicBoolean twice = new AtomicBoolean();
        Cluster slow =
                watched(name -> {
                    if (writing.computeIfAbsent(name, _ -> new AtomicInteger()).getAndIncrement()
                            > 0) {
                        twice.set(true);
                    }
                    both.countDown();
                    // Each goes on when the other has come: one after the other they never would.
                    both.await();
                    writing.get(name).decrementAndGet();
                });
        try (StatusWriter other = new StatusWriter(slow)) {
            other.start();
            other.offer(pod, PENDING);
            other.offer(pod, RUNNING);
            other.offer(second, RUNNING);
            FutureTask<Boolean> written =
                    new FutureTask<>(() -> {
                        other.flush(pod.getMetadata().getUid());
                        other.flush(second.getMetadata().getUid());
                        return true;
                    });
            Thread.ofVirtual().start(written);
            assertThat(written.get(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(twice).isFalse();
        assertThat(phase()).isEqualTo("Running");
    }

    @Test
    void a_status_that_is_taken_back_while_it_is_written_is_written_again() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch goOn = new CountDownLatch(1);
        Cluster slow =
                watched(_ -> {
                    begun.countDown();
                    if (begun.getCount() == 0) {
                        goOn.await();
                    }
                });
        try (StatusWriter other = new StatusWriter(slow)) {
            other.start();
            other.offer(pod, RUNNING);
            other.flush(pod.getMetadata().getUid());
            other.offer(pod, PENDING);
            begun.await();
            other.offer(pod, RUNNING);
            goOn.countDown();
            other.flush(pod.getMetadata().getUid());
        }
        assertThat(phase()).isEqualTo("Running");
    }

    @Test
    void a_status_that_is_being_written_is_not_written_twice() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger writes = new AtomicInteger();
        Cluster slow =
                watched(_ -> {
                    writes.incrementAndGet();
                    begun.countDown();
                    goOn.await();
                });
        try (StatusWriter other = new StatusWriter(slow)) {
            other.start();
            other.offer(pod, RUNNING);
            begun.await();
            other.offer(pod, new PodStatusBuilder(RUNNING).build());
            goOn.countDown();
            other.flush(pod.getMetadata().getUid());
        }
        assertThat(writes).hasValue(1);
    }

    private interface Writing {
        void of(String pod) throws InterruptedException;
    }

    /// The cluster, where each write of a status is told before it is done.
    private Cluster watched(Writing writing) {
        return (Cluster)
                Proxy.newProxyInstance(
                        Cluster.class.getClassLoader(),
                        new Class<?>[] {Cluster.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("updateStatus")) {
                                writing.of(((Pod) arguments[1]).getMetadata().getName());
                            }
                            return method.invoke(cluster, arguments);
                        });
    }

    @Test
    void what_nobody_thought_of_is_not_the_end_of_it() throws Exception {
        AtomicBoolean first = new AtomicBoolean(true);
        Cluster stumbling =
                (Cluster)
                        Proxy.newProxyInstance(
                                Cluster.class.getClassLoader(),
                                new Class<?>[] {Cluster.class},
                                (proxy, method, arguments) -> {
                                    if (first.getAndSet(false)) {
                                        throw new IllegalStateException("stumbled");
                                    }
                                    return method.invoke(cluster, arguments);
                                });
        try (StatusWriter other = new StatusWriter(stumbling)) {
            other.start();
            other.offer(pod, RUNNING);
            FutureTask<Boolean> written =
                    new FutureTask<>(() -> {
                        other.flush(pod.getMetadata().getUid());
                        return true;
                    });
            Thread.ofVirtual().start(written);
            assertThat(written.get(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(first).isFalse();
        assertThat(phase()).isEqualTo("Running");
    }

    private String phase() {
        Pod now = cluster.get(Resource.PODS, new ObjectKey("default", "p")).orElseThrow();
        return now.getStatus() == null ? "" : String.valueOf(now.getStatus().getPhase());
    }

    private static void awaitState(Thread thread, Thread.State state) {
        while (thread.getState() != state) {
            Thread.onSpinWait();
        }
    }
}
