package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.control.RunSpec;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeftChecksTest {
    private final FakeCluster cluster = new FakeCluster(ManualClock.atNoon());

    @Test
    void pods_of_checks_go_and_all_others_stay() {
        for (RunSpec.Isolation side : List.of(RunSpec.Isolation.GVISOR, RunSpec.Isolation.RUNC)) {
            RunSpec spec = Runs.under(side);
            cluster.create(Resource.NAMESPACES, CheckPod.namespace(spec));
            made(CheckPod.of(spec, "example.test/a:1", List.of("master")), "check");
        }
        Runs run = new Runs();
        cluster.create(Resource.NAMESPACES, RunPod.namespace(run.spec()));
        made(RunPod.of(run.spec(), "example.test/a:1", List.of("master")), "other");

        LeftChecks.remove(cluster);

        assertThat(cluster.list(Resource.PODS, Scope.ALL).items())
                .extracting(pod -> pod.getMetadata().getName())
                .containsExactly("other");
    }

    @Test
    void where_nothing_was_checked_there_is_nothing_to_do() {
        LeftChecks.remove(cluster);

        assertThat(cluster.list(Resource.PODS, Scope.ALL).items()).isEmpty();
    }

    private void made(Pod pod, String name) {
        pod.getMetadata().setName(name);
        cluster.create(Resource.PODS, pod);
    }
}
