package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.control.EnginePaths;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlacesTest {
    private final Places places =
            new Places(new EnginePaths(Path.of("/data"), Path.of("/run/glovebox")));

    private final NodePlaces node = NodePlaces.first(places);

    @Test
    void a_purge_removes_only_what_lies_in_the_data_directory_and_never_the_directory_itself() {
        assertThat(places.all())
                .allSatisfy(each -> assertThat(each).startsWithRaw(Path.of("/data")))
                .doesNotContain(Path.of("/data"))
                .doesNotHaveDuplicates();
    }

    @Test
    void further_nodes_share_nothing_with_the_first() {
        NodePlaces further = NodePlaces.of(places, "master", "worker1");

        assertThat(further.all())
                .allSatisfy(each -> assertThat(each).startsWithRaw(places.nodes()))
                .doesNotContainAnyElementsOf(node.all());
        assertThat(List.of(further.containerdLog(), further.evidence()))
                .allSatisfy(each -> assertThat(each).startsWithRaw(places.nodes()));
        assertThat(List.of(further.nodeSocket(), further.firewall(), further.runtimeRoot("runc")))
                .allSatisfy(each -> assertThat(each).startsWithRaw(node.run().resolve("worker1")));
        assertThat(further.network()).isNotEqualTo(node.network());
        assertThat(places.all()).contains(places.nodes());
    }

    @Test
    void what_says_where_things_are_goes_last_and_the_lock_after_it() {
        assertThat(places.all())
                .endsWith(node.containerdSettings(), places.settings(), places.paths().lock());
    }

    @Test
    void files_that_a_crash_left_half_written_go_too() {
        assertThat(places.all())
                .contains(Path.of("/data/engine.json.new"), Path.of("/data/containerd.json.new"));
    }

    @Test
    void a_purge_knows_every_place() {
        assertThat(places.all())
                .contains(
                        places.settings(),
                        node.containerdSettings(),
                        places.store(),
                        places.pki(),
                        places.packages(),
                        places.runtimes(),
                        node.images(),
                        node.containerdRoot(),
                        node.cni(),
                        node.probeLogs(),
                        places.paths().logs(),
                        places.paths().kubeconfig(),
                        places.paths().lock());
    }
}
