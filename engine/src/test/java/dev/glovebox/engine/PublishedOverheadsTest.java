package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.runtimes.Handler;
import dev.glovebox.runtimes.Setup;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedOverheadsTest {
    @ParameterizedTest
    @CsvSource({
        "qemu, 320Mi",
        "qemu-runtime-rs, 320Mi",
        "clh, 130Mi",
        "dragonball, 130Mi",
        "fc, 130Mi",
        "stratovirt, 130Mi"
    })
    void of_kata_by_its_hypervisor(String hypervisor, String memory) {
        assertThat(PublishedOverheads.of(handler("kata", hypervisor)))
                .hasValueSatisfying(overhead ->
                        assertThat(overhead.podFixed())
                                .containsEntry("memory", memory)
                                .containsEntry("cpu", "250m"));
    }

    @Test
    void of_another_hypervisor_or_another_runtime_nothing_is_published() {
        assertThat(PublishedOverheads.of(handler("kata", "remote"))).isEmpty();
        assertThat(PublishedOverheads.of(handler("mine", "qemu"))).isEmpty();
    }

    private static Handler handler(String name, String platform) {
        return new Handler(
                name,
                Handler.Kernel.VIRTUAL_MACHINE,
                List.of(Path.of("/opt/shim")),
                "3",
                new Setup("a file", Setup.Lane.SHIM, platform, "io.containerd.kata.v2"));
    }
}
