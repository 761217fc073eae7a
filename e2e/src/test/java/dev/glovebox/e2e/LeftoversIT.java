package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Pods of many kinds are made and deleted, and everything on the machine is counted before and
/// after. The property `glovebox.pods` says how many.
@SharedEngine
class LeftoversIT {
    private static final int PODS = Integer.getInteger("glovebox.pods", 50);
    private static final int AT_ONCE = 25;
    private static final String NAMESPACE = "waves";

    /// Threads come and go with load (carriers, compilers, the client's of one connection), files
    /// with connections that rest a while: fewer than one a pod, whatever the number of pods.
    private static final int MARGIN = 24;

    private final Engine engine;
    private final Kubectl kubectl;

    LeftoversIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
    }

    /// After its first pod a node has directories and cgroups that it keeps; and what a class
    /// before this one deleted is gone.
    @BeforeAll
    static void settle(Engine engine, Kubectl kubectl) throws Exception {
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
        try (var api = ApiClient.of(engine.kubeconfig())) {
            new Waves(NAMESPACE, engine.busybox()).roll(api, 1);
        }
        var last = Set.of("");
        for (var now = Holdings.of(engine).names(); !now.equals(last); ) {
            last = now;
            now = Holdings.of(engine).names();
        }
    }

    @AfterAll
    static void remove(Kubectl kubectl) {
        kubectl.run("delete", "namespace", NAMESPACE, "--ignore-not-found").ok();
    }

    @Test
    void of_many_pods_nothing_is_left() throws Exception {
        var before = Holdings.of(engine);
        var engineFiles = Holdings.descriptors(engine.pid());
        var containerdFiles = Holdings.descriptors(Holdings.containerd(engine));
        var threads = Holdings.threads(engine.pid());

        var waves = new Waves(NAMESPACE, engine.busybox());
        kubectl.command("-n", NAMESPACE, "apply", "-f", "-").input(waves.around()).run().ok();
        try (var api = ApiClient.of(engine.kubeconfig())) {
            for (var made = 0; made < PODS; made += AT_ONCE) {
                waves.roll(api, Math.min(AT_ONCE, PODS - made));
            }
        }
        remove(kubectl);

        assertThat(Holdings.left(engine, before)).isEmpty();
        assertThat(Holdings.descriptors(engine.pid())).isLessThan(engineFiles + MARGIN);
        assertThat(Holdings.descriptors(Holdings.containerd(engine)))
                .isLessThan(containerdFiles + MARGIN);
        assertThat(Holdings.threads(engine.pid())).isLessThan(threads + MARGIN);
    }

    @Test
    void what_was_left_from_outside_is_counted_and_removed() throws Exception {
        var before = Holdings.of(engine);
        engine.run("down").ok();
        var planted = Planted.in(engine);
        assertThat(Holdings.of(engine).beyond(before)).containsAll(planted.names());
        engine.up().ok();
        assertThat(Holdings.left(engine, before)).isEmpty();
    }
}
