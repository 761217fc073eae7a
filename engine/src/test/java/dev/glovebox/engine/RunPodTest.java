package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.control.RunSpec;
import dev.glovebox.model.Names;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunPodTest {
    private final Runs run = new Runs();

    @Test
    void who_does_not_ask_for_the_hosts_kernel_runs_in_a_namespace_that_says_untrusted() {
        for (RunSpec.Isolation isolation :
                List.of(RunSpec.Isolation.AUTO, RunSpec.Isolation.GVISOR)) {
            Namespace namespace = RunPod.namespace(Runs.under(isolation));

            assertThat(namespace.getMetadata().getName()).isEqualTo("glovebox-run");
            assertThat(namespace.getMetadata().getLabels())
                    .containsExactly(Map.entry("glovebox.dev/trust", "untrusted"));
        }
    }

    @Test
    void who_asks_for_the_hosts_kernel_runs_in_a_namespace_of_its_own_that_says_trusted() {
        Namespace namespace = RunPod.namespace(Runs.under(RunSpec.Isolation.RUNC));

        assertThat(namespace.getMetadata().getName()).isEqualTo("glovebox-run-trusted");
        assertThat(namespace.getMetadata().getLabels())
                .containsExactly(Map.entry("glovebox.dev/trust", "trusted"));
    }

    @Test
    void a_pod_lies_in_its_namespace_and_names_a_class_only_where_one_was_asked_for() {
        for (RunSpec.Isolation isolation : RunSpec.Isolation.values()) {
            Pod pod = RunPod.of(Runs.under(isolation), "busybox", List.of("master"));

            assertThat(pod.getMetadata().getNamespace())
                    .isEqualTo(RunPod.namespace(Runs.under(isolation)).getMetadata().getName());
            assertThat(pod.getSpec().getRuntimeClassName())
                    .isEqualTo(
                            switch (isolation) {
                                case AUTO -> null;
                                case GVISOR -> "gvisor";
                                case KATA -> "kata";
                                case RUNC -> "runc";
                            });
        }
    }

    @Test
    void a_pod_without_a_name_has_one_made_up() {
        assertThat(pod().getMetadata().getGenerateName()).isEqualTo("run-");
        assertThat(pod().getMetadata().getName()).isNull();

        run.name = "mine";
        assertThat(pod().getMetadata().getName()).isEqualTo("mine");
        assertThat(pod().getMetadata().getGenerateName()).isNull();
    }

    @Test
    void a_pod_runs_once_without_an_account_and_without_service_links() {
        assertThat(pod().getSpec().getRestartPolicy()).isEqualTo("Never");
        assertThat(pod().getSpec().getAutomountServiceAccountToken()).isFalse();
        assertThat(pod().getSpec().getEnableServiceLinks()).isFalse();
        assertThat(container().getImage()).isEqualTo("busybox");
        assertThat(container().getImagePullPolicy()).isEqualTo("IfNotPresent");
    }

    @Test
    void a_pod_stays_on_the_nodes_that_are_named() {
        Pod pod = RunPod.of(run.spec(), "busybox", List.of("master", "worker1"));

        assertThat(
                        pod.getSpec()
                                .getAffinity()
                                .getNodeAffinity()
                                .getRequiredDuringSchedulingIgnoredDuringExecution()
                                .getNodeSelectorTerms())
                .hasSize(2)
                .allSatisfy(term -> assertThat(term.getMatchExpressions()).isEmpty())
                .flatExtracting(term -> term.getMatchFields())
                .allSatisfy(field -> {
                    assertThat(field.getKey()).isEqualTo("metadata.name");
                    assertThat(field.getOperator()).isEqualTo("In");
                })
                .extracting(field -> field.getValues())
                .containsExactly(List.of("master"), List.of("worker1"));
    }

    @Test
    void words_are_arguments_for_the_images_entry_point_and_dollars_stay_dollars() {
        run.command = List.of("sh", "-c", "echo $HOME $(HOME) $$", "");
        run.environment = Map.of("WORDS", "$(PATH) costs $5");

        assertThat(container().getCommand()).isEmpty();
        assertThat(container().getArgs())
                .containsExactly("sh", "-c", "echo $$HOME $$(HOME) $$$$", "");
        assertThat(container().getEnv())
                .extracting(EnvVar::getValue)
                .containsExactly("$$(PATH) costs $$5");
    }

    @Test
    void variables_keep_their_order() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("Z", "1");
        environment.put("A", "");
        run.environment = environment;

        assertThat(container().getEnv()).extracting(EnvVar::getName).containsExactly("Z", "A");
    }

    @Test
    void the_network_is_said_outright() {
        assertThat(pod().getMetadata().getAnnotations())
                .containsExactly(Map.entry(Names.NETWORK_ANNOTATION, "none"));

        run.network = RunSpec.Network.INTERNET;
        assertThat(pod().getMetadata().getAnnotations())
                .containsExactly(Map.entry(Names.NETWORK_ANNOTATION, "internet"));
    }

    @Test
    void a_number_of_processes_is_an_annotation() {
        run.pids = 64;
        assertThat(pod().getMetadata().getAnnotations()).containsEntry(Names.PIDS_ANNOTATION, "64");
    }

    @Test
    void limits_are_those_that_were_said() {
        assertThat(container().getResources().getLimits()).isEmpty();

        run.memory = "64Mi";
        assertThat(container().getResources().getLimits())
                .containsExactly(Map.entry("memory", new Quantity("64", "Mi")));

        run.cpus = "1500m";
        assertThat(container().getResources().getLimits())
                .containsOnly(
                        Map.entry("memory", new Quantity("64", "Mi")),
                        Map.entry("cpu", new Quantity("1500", "m")));
    }

    @Test
    void standard_input_is_open_once_where_it_is_passed_on_or_a_terminal_needs_it() {
        assertThat(flags()).containsExactly(false, false, false);
        run.input = true;
        assertThat(flags()).containsExactly(true, true, false);
        run.terminal = true;
        assertThat(flags()).containsExactly(true, true, true);
        run.input = false;
        assertThat(flags()).containsExactly(true, true, true);
    }

    private List<Boolean> flags() {
        return List.of(container().getStdin(), container().getStdinOnce(), container().getTty());
    }

    private Container container() {
        assertThat(pod().getSpec().getContainers()).hasSize(1);
        return pod().getSpec().getContainers().getFirst();
    }

    private Pod pod() {
        return RunPod.of(run.spec(), "busybox", List.of("master"));
    }
}
