package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.containerd.image.StoredImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageReportTest {
    private static final List<NodeImages.Held> IMAGES =
            List.of(
                    new NodeImages.Held(
                            new StoredImage(
                                    List.of("docker.io/library/busybox:1", "busybox@sha256:12"),
                                    "sha256:0123456789abcdef",
                                    1_572_864),
                            List.of("master")),
                    new NodeImages.Held(
                            new StoredImage(List.of(), "short", 0), List.of("master", "worker1")));

    private final ImageReport report = new ImageReport(IMAGES, 1);

    @Test
    void people_see_a_line_for_each_image_with_its_first_name() {
        assertThat(report.text(false))
                .isEqualTo(
                        """
                        NAME                          ID             SIZE
                        docker.io/library/busybox:1   0123456789ab   1.5 MiB
                        <none>                        short          0.0 MiB
                        """);
    }

    @Test
    void of_several_nodes_people_see_which_have_it() {
        assertThat(new ImageReport(IMAGES, 2).text(false))
                .isEqualTo(
                        """
                        NAME                          ID             SIZE      NODES
                        docker.io/library/busybox:1   0123456789ab   1.5 MiB   master
                        <none>                        short          0.0 MiB   all
                        """);
    }

    @Test
    void programs_get_all_names_the_whole_id_and_bytes() throws JsonProcessingException {
        assertThat(new ObjectMapper().readTree(report.text(true)))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                                        [{"names": ["docker.io/library/busybox:1",
                                                    "busybox@sha256:12"],
                                          "id": "sha256:0123456789abcdef", "size": 1572864,
                                          "nodes": ["master"]},
                                         {"names": [], "id": "short", "size": 0, "nodes": ["master", "worker1"]}]\
                                        """));
    }

    @Test
    void a_node_without_images_has_an_empty_list() {
        assertThat(new ImageReport(List.of(), 1).text(true)).isEqualTo("[]\n");
        assertThat(new ImageReport(List.of(), 1).text(false)).isEqualTo("NAME   ID   SIZE\n");
    }
}
