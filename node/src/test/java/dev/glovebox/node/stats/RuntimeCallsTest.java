package dev.glovebox.node.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.http.MetricsPage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuntimeCallsTest {
    @ParameterizedTest
    @CsvSource({
        "RunPodSandbox, run_podsandbox",
        "PodSandboxStatus, podsandbox_status",
        "ListContainers, list_containers",
        "ExecSync, exec_sync",
        "Exec, exec",
        "ImageFsInfo, image_fs_info"
    })
    void calls_are_called_as_the_kubelet_calls_them(String method, String type) {
        assertThat(RuntimeCalls.type(method)).isEqualTo(type);
    }

    @Test
    void what_the_runtime_refused_is_counted_apart() {
        MetricsPage page = new MetricsPage();
        RuntimeCalls calls = new RuntimeCalls(page.registry());
        calls.ended("StartContainer", Duration.ofMillis(20), true);
        calls.ended("StartContainer", Duration.ofMillis(1), false);
        assertThat(new String(page.text("").body(), StandardCharsets.UTF_8))
                .contains(
                        "kubelet_runtime_operations_total{operation_type=\"start_container\"} 2.0\n")
                .contains(
                        "kubelet_runtime_operations_errors_total{operation_type=\"start_container\"} 1.0\n")
                .contains(
                        "kubelet_runtime_operations_duration_seconds_bucket{operation_type=\"start_container\",le=\"0.005\"} 1\n")
                .contains("process_resident_memory_bytes ");
    }
}
