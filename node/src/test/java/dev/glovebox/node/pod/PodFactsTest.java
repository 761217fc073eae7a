package dev.glovebox.node.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodFactsTest {
    private static Pod pod(String phase, String address) {
        Pod pod = Pods.pod("Always", "c");
        pod.getStatus().setPhase(phase);
        pod.getStatus().setPodIP(address);
        return pod;
    }

    @Test
    void a_pod_has_its_address_while_it_has_not_ended() {
        assertThat(PodFacts.addresses(pod("Running", "10.1.0.1"))).containsExactly("10.1.0.1");
        assertThat(PodFacts.addresses(pod("Pending", "10.1.0.1"))).containsExactly("10.1.0.1");
        assertThat(PodFacts.addresses(pod("Succeeded", "10.1.0.1"))).isEmpty();
        assertThat(PodFacts.addresses(pod("Failed", "10.1.0.1"))).isEmpty();
    }

    @Test
    void the_machines_address_and_what_is_no_address_are_not_its_own() {
        Pod onMachine = pod("Running", "192.0.2.1");
        onMachine.getSpec().setHostNetwork(true);
        assertThat(PodFacts.addresses(onMachine)).isEmpty();
        assertThat(PodFacts.addresses(pod("Running", ""))).isEmpty();
        assertThat(PodFacts.addresses(pod("Running", "FD00::0:1"))).containsExactly("fd00::1");
        assertThat(PodFacts.addresses(pod("Running", "10.1.0.1; flush ruleset"))).isEmpty();
        assertThat(PodFacts.addresses(pod("Running", "010.1.0.1"))).containsExactly("10.1.0.1");
    }

    @Test
    void a_pod_of_both_families_has_an_address_of_each() {
        Pod pod = pod("Running", "10.1.0.1");
        pod.getStatus().setPodIPs(List.of(new PodIP("10.1.0.1"), new PodIP("FD00:0::1")));
        assertThat(PodFacts.addresses(pod)).containsExactly("10.1.0.1", "fd00::1");
        pod.getStatus().setPodIPs(List.of(new PodIP("fd00::1; flush ruleset")));
        assertThat(PodFacts.addresses(pod)).containsExactly("10.1.0.1");
    }
}
