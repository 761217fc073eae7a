package dev.glovebox.node.stats;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.http.MetricsPage;
import dev.glovebox.node.cgroup.CgroupMounts;
import dev.glovebox.node.cgroup.CgroupUsage;
import dev.glovebox.node.cgroup.PodCgroups;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Measures on directories that stand for the kernel's.
class NodeUsageTest {
    private static final Instant START = Instant.parse("2026-11-28T10:00:00Z");
    private static final String POD = "glovebox/n/kubepods/besteffort/podu";

    @TempDir Path root;
    private Instant now = START;
    private final List<Pod> pods = new ArrayList<>();
    private NodeUsage usage;

    @BeforeEach
    void lookAtOnePod() throws IOException {
        CgroupMounts mounts =
                new CgroupMounts(
                        Map.of(
                                "cpuacct", root.resolve("cpuacct"),
                                "memory", root.resolve("memory")),
                        List.of(),
                        Optional.empty());
        InstantSource source = () -> now;
        usage =
                new NodeUsage(
                        () -> pods, new PodCgroups(mounts, "n"), source.withZone(ZoneOffset.UTC));
        pods.add(pod());
        write("", 1_000_000_000L, 1000);
        write(POD, 100, 300);
        write(POD + "/c1", 40, 200);
    }

    @Test
    void metrics_have_what_was_measured_and_forget_pods_that_are_gone() throws IOException {
        assertThat(metrics()).contains("resource_scrape_error 1.0");
        usage.measure();
        assertThat(metrics())
                .contains("node_cpu_usage_seconds_total 1.0 " + START.toEpochMilli())
                .contains("pod_memory_working_set_bytes{namespace=\"ns\",pod=\"p\"} 300.0 ")
                .contains(
                        "container_memory_working_set_bytes{container=\"main\",namespace=\"ns\",pod=\"p\"} 200.0 ")
                .contains("container_start_time_seconds{container=\"main\"")
                .contains("resource_scrape_error 0.0");
        pods.clear();
        usage.measure();
        assertThat(metrics()).contains("node_cpu_usage").doesNotContain("pod=\"p\"");
    }

    private String metrics() {
        return new String(
                MetricsPage.text(ResourceMetrics.of(usage.last()), "").body(),
                StandardCharsets.UTF_8);
    }

    @Test
    void nothing_is_told_before_the_first_measure() {
        JsonNode summary = Summary.of("n", usage.last());
        assertThat(summary.toString()).isEqualTo("{\"node\":{\"nodeName\":\"n\"},\"pods\":[]}");
    }

    @Test
    void a_first_measure_has_no_rate() {
        usage.measure();

        JsonNode summary = Summary.of("n", usage.last());
        assertThat(summary.at("/node/cpu/usageNanoCores").isMissingNode()).isTrue();
        assertThat(summary.at("/node/cpu/usageCoreNanoSeconds").asLong()).isEqualTo(1_000_000_000);
        assertThat(summary.at("/pods/0/memory/workingSetBytes").asLong()).isEqualTo(300);
    }

    @Test
    void a_pod_that_cannot_be_measured_costs_no_other_its_measure() {
        pods.addFirst(new Pod());
        pods.getFirst().setMetadata(new ObjectMeta());
        usage.measure();
        assertThat(usage.last().pods()).hasSize(1);
    }

    @Test
    void rates_are_what_was_used_since_the_measure_before() throws IOException {
        usage.measure();
        now = now.plusSeconds(10);
        write("", 6_000_000_000L, 1000);
        write(POD, 2_000_000_100L, 300);
        write(POD + "/c1", 1_000_000_040L, 250);
        usage.measure();

        JsonNode summary = Summary.of("n", usage.last());
        assertThat(summary.at("/node/cpu/usageNanoCores").asLong()).isEqualTo(500_000_000);
        JsonNode pod = summary.at("/pods/0");
        assertThat(pod.at("/podRef").toString())
                .isEqualTo("{\"name\":\"p\",\"namespace\":\"ns\",\"uid\":\"u\"}");
        assertThat(pod.at("/cpu/usageNanoCores").asLong()).isEqualTo(200_000_000);
        assertThat(pod.at("/containers/0/name").asText()).isEqualTo("main");
        assertThat(pod.at("/containers/0/cpu/usageNanoCores").asLong()).isEqualTo(100_000_000);
        assertThat(pod.at("/containers/0/cpu/time").asText()).isEqualTo("2026-11-28T10:00:10Z");
        assertThat(pod.at("/containers/0/memory/workingSetBytes").asLong()).isEqualTo(250);
    }

    @Test
    void a_pod_whose_cgroup_is_gone_is_left_out() throws IOException {
        Files.delete(root.resolve("memory").resolve(POD).resolve("memory.usage_in_bytes"));
        usage.measure();
        assertThat(usage.last().pods()).isEmpty();
        assertThat(usage.last().node()).isPresent();
    }

    @Test
    void a_counter_that_went_back_begins_anew() {
        Reading first = Reading.first(START, new CgroupUsage(1000, 1));
        Reading second = first.next(START.plusSeconds(1), new CgroupUsage(10, 1));
        assertThat(second.rate()).isEmpty();
        assertThat(second.next(START.plusSeconds(3), new CgroupUsage(30, 1)).rate())
                .isEqualTo(OptionalLong.of(10));
    }

    @Test
    void readings_that_lie_together_are_one() {
        Reading first = Reading.first(START, new CgroupUsage(1000, 1));
        assertThat(first.next(START.plus(Duration.ofMillis(1)), new CgroupUsage(2000, 1)))
                .isSameAs(first);
    }

    private void write(String cgroup, long cpu, long memory) throws IOException {
        Path cpuacct = Files.createDirectories(root.resolve("cpuacct").resolve(cgroup));
        Files.writeString(cpuacct.resolve("cpuacct.usage"), cpu + "\n");
        Path memories = Files.createDirectories(root.resolve("memory").resolve(cgroup));
        Files.writeString(memories.resolve("memory.usage_in_bytes"), memory + "\n");
    }

    private static Pod pod() {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p")
                .withNamespace("ns")
                .withUid("u")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withStartTime("2026-11-28T09:00:00Z")
                .addNewContainerStatus()
                .withName("main")
                .withContainerID("containerd://c1")
                .withNewState()
                .withNewRunning()
                .withStartedAt("2026-11-28T09:00:01Z")
                .endRunning()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build();
    }
}
