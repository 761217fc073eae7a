package dev.glovebox.runtimes.kata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class KataConfigurationTest {
    /// In the form of Kata's own.
    private static final String PUBLISHED =
            """
            # Made by Kata's build
            [hypervisor.clh]
            path = "/opt/kata/bin/cloud-hypervisor"
            kernel = "/opt/kata/share/kata-containers/vmlinux.container"
            image = "/opt/kata/share/kata-containers/kata-containers.img"
            # A list of the annotations
            enable_annotations = ["enable_iommu", "virtio_fs_extra_args", "kernel_params"]
            valid_hypervisor_paths = ["/opt/kata/bin/cloud-hypervisor"]
            firmware = ""
            kernel_params = "root=/opt/kata/"
            virtio_fs_daemon = "/opt/kata/libexec/virtiofsd"

            [runtime]
            #sandbox_cgroup_only = true
            internetworking_model = "tcfilter"
            """;

    @Test
    void it_names_what_has_to_be_there() {
        KataConfiguration published = KataConfiguration.parse(PUBLISHED);

        assertThat(published.program()).isEqualTo(Path.of("/opt/kata/bin/cloud-hypervisor"));
        assertThat(published.files())
                .containsExactly(
                        Path.of("/opt/kata/bin/cloud-hypervisor"),
                        Path.of("/opt/kata/share/kata-containers/vmlinux.container"),
                        Path.of("/opt/kata/share/kata-containers/kata-containers.img"),
                        Path.of("/opt/kata/libexec/virtiofsd"));
    }

    @Test
    void elsewhere_it_names_that_place_and_lets_no_annotation_change_it() {
        KataConfiguration ours = KataConfiguration.parse(PUBLISHED).unpackedIn(Path.of("/d/$1"));

        assertThat(ours.program()).isEqualTo(Path.of("/d/$1/opt/kata/bin/cloud-hypervisor"));
        assertThat(ours.text())
                .contains("valid_hypervisor_paths = [\"/d/$1/opt/kata/bin/cloud-hypervisor\"]")
                .contains("kernel_params = \"root=/opt/kata/\"")
                .contains("# A list of the annotations\nenable_annotations = []\n")
                .contains("[runtime]\nsandbox_cgroup_only = true\n")
                .doesNotContain("virtio_fs_extra_args");
        assertThat(ours.text().lines()).hasSameSizeAs(PUBLISHED.lines().toList());
    }

    @Test
    void what_cannot_be_made_ours_is_refused() {
        refused("it is no TOML", "[hypervisor");
        refused("it does not name one hypervisor", "[runtime]\n");
        refused("its hypervisor has no \"kernel\"", "[hypervisor.q]\npath = \"/opt/kata/q\"\n");
        refused("relative path", PUBLISHED.replace("/opt/kata/libexec/virtiofsd", "virtiofsd"));
        assertThatThrownBy(() ->
                        KataConfiguration.parse(
                                        PUBLISHED.replace("#sandbox_cgroup_only = true", ""))
                                .unpackedIn(Path.of("/d")))
                .hasMessageContaining("cannot be set in it");
        assertThatThrownBy(() ->
                        KataConfiguration.parse(
                                        PUBLISHED.replace(
                                                "\"/opt/kata/lib", "\"\\u002fopt/kata/lib"))
                                .unpackedIn(Path.of("/d")))
                .hasMessageContaining("names /opt/kata/libexec/virtiofsd in a way");
        assertThatThrownBy(() -> KataConfiguration.parse(PUBLISHED).unpackedIn(Path.of("/d\"d")))
                .hasMessageContaining("it cannot name files below");
    }

    private static void refused(String why, String text) {
        assertThatThrownBy(() -> KataConfiguration.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
