package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalNodesTest {
    @Test
    void beside_the_master_there_are_workers() {
        LocalNodes three = LocalNodes.ONE.withCount(3);

        assertThat(three.names("master")).containsExactly("master", "worker1", "worker2");
        assertThat(three.names("left")).containsExactly("left", "left-worker1", "left-worker2");
        assertThat(LocalNodes.ONE.names("left")).containsExactly("left");
    }

    @Test
    void without_a_word_about_runtimes_every_node_has_what_the_machine_has() {
        assertThat(LocalNodes.ONE.withCount(3).handlers("worker1")).isEmpty();
    }

    @Test
    void with_one_a_node_that_is_not_named_has_runc_alone() {
        LocalNodes nodes =
                LocalNodes.ONE
                        .withCount(3)
                        .withRuntimes(LocalNodes.runtimes(List.of("worker1=runc,gvisor")));

        assertThat(nodes.handlers("worker1")).contains(Set.of("runc", "runsc"));
        assertThat(nodes.handlers("master")).contains(Set.of("runc"));
        assertThat(nodes.handlers("worker2")).contains(Set.of("runc"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "17", "03", "1.5", "three", "99999999999"})
    void a_number_that_is_none_or_too_large_is_refused(String text) {
        assertThatThrownBy(() -> LocalNodes.count(text))
                .isInstanceOf(EngineException.class)
                .hasMessage("--nodes wants a number from 1 to 16, not \"" + text + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"worker1", "=runc", "a=b=c"})
    void what_names_no_node_and_its_runtimes_is_refused(String flag) {
        assertThatThrownBy(() -> LocalNodes.runtimes(List.of(flag)))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "--runtimes wants a node and its runtimes like worker1=runc,gvisor, not \""
                                + flag
                                + "\"");
    }

    @Test
    void a_node_is_named_once() {
        assertThatThrownBy(() -> LocalNodes.runtimes(List.of("a=runc", "a=runc,gvisor")))
                .isInstanceOf(EngineException.class)
                .hasMessage("--runtimes names a twice");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "master=runc,lxc | --runtimes knows runc, gvisor and kata, not \"lxc\"",
                "master= | --runtimes knows runc, gvisor and kata, not \"\"",
                "master=gvisor | --runtimes: every node needs runc; say master=runc,gvisor"
            })
    void a_runtime_that_there_is_not_is_refused_and_so_is_a_node_without_runc(
            String flag, String message) {
        Map<String, Set<String>> runtimes = LocalNodes.runtimes(List.of(flag));

        assertThatThrownBy(() -> LocalNodes.ONE.withRuntimes(runtimes))
                .isInstanceOf(EngineException.class)
                .hasMessage(message);
    }

    @Test
    void a_node_that_there_is_not_is_refused_with_those_that_there_are() {
        LocalNodes nodes =
                LocalNodes.ONE
                        .withCount(2)
                        .withRuntimes(LocalNodes.runtimes(List.of("worker2=runc")));

        assertThatThrownBy(() -> nodes.requireKnown("master"))
                .isInstanceOf(EngineException.class)
                .hasMessage("--runtimes names the node worker2; this engine has master, worker1");
    }
}
