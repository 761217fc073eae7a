package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.node.Headroom;
import dev.glovebox.node.capacity.Reserved;
import dev.glovebox.node.eviction.Thresholds;
import dev.glovebox.node.images.ImageLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeletFileTest {
    private static final String HEAD =
            "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n";
    @TempDir Path folder;

    @Test
    void without_a_file_the_defaults_hold() {
        assertThat(KubeletFile.read(folder.resolve("kubelet.yaml"))).isEqualTo(Headroom.DEFAULT);
        assertThat(parse("")).isEqualTo(Headroom.DEFAULT);
    }

    @Test
    void what_it_says_holds() throws Exception {
        Path file = folder.resolve("kubelet.yaml");
        Files.writeString(
                file,
                HEAD
                        + """
                        kubeReserved: {cpu: 100m, memory: 1Gi}
                        systemReserved: {cpu: 100m, pid: "100"}
                        evictionHard: {memory.available: 200Mi, pid.available: 10%}
                        evictionPressureTransitionPeriod: 1m30s
                        imageGCHighThresholdPercent: 70
                        imageGCLowThresholdPercent: 60
                        imageMinimumGCAge: 0s
                        """);
        assertThat(KubeletFile.read(file))
                .isEqualTo(
                        new Headroom(
                                new Reserved(200, 1 << 30, 0, 100),
                                Thresholds.parse("memory.available<200Mi,pid.available<10%"),
                                Duration.ofSeconds(90),
                                new ImageLimits(70, 60, Duration.ZERO)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "maxPods: 5|maxPods is not a field that is known here",
                "kubeReserved: {gpu: 1}|kubeReserved wants cpu",
                "kubeReserved: 5|kubeReserved wants a map",
                "evictionHard: {disk: 5%}|evictionHard wants a signal",
                "imageMinimumGCAge: soon|imageMinimumGCAge wants a time such as 5m0s",
                "imageGCHighThresholdPercent: high|imageGCHighThresholdPercent wants a whole",
                "imageGCLowThresholdPercent: 60.5|imageGCLowThresholdPercent wants a whole",
                "imageGCHighThresholdPercent: 10|images are removed from 10% on"
            })
    void what_cannot_be_understood_is_refused_by_name(String line, String message) {
        assertThatThrownBy(() -> parse(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void another_kind_is_refused() {
        assertThatThrownBy(() -> KubeletFile.parse("kind: Pod".getBytes(StandardCharsets.UTF_8)))
                .hasMessage("wants a KubeletConfiguration of kubelet.config.k8s.io/v1beta1");
    }

    private static Headroom parse(String lines) {
        return KubeletFile.parse((HEAD + lines).getBytes(StandardCharsets.UTF_8));
    }
}
