package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.runtimes.SandboxFacts;
import dev.glovebox.runtimes.host.CgroupValues;
import dev.glovebox.runtimes.host.HostProcess;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InspectReportTest {
    private static final CgroupValues LIMITS =
            new CgroupValues(
                    OptionalLong.of(67108864),
                    OptionalLong.of(2048),
                    OptionalDouble.of(1.5),
                    OptionalLong.of(192),
                    OptionalLong.of(42),
                    OptionalLong.of(0));
    private static final CgroupValues NO_LIMITS =
            new CgroupValues(
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalDouble.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty());
    private static final SandboxFacts GVISOR =
            facts(
                    "runsc",
                    LIMITS,
                    List.of(new SandboxFacts.Seen(7, "exe", "runsc-sandbox boot")),
                    List.of());

    @Test
    void a_person_reads_what_isolates_a_pod() {
        assertThat(new InspectReport(pod("gvisor"), GVISOR).text())
                .isEqualTo(
                        """
                        Pod:           default/web
                        RuntimeClass:  gvisor
                        Handler:       runsc
                        Runtime:       runsc version 1
                                       /opt/runsc
                                       sha256 abc
                        Sandbox:       s1
                        Process:       7 (exe), /opt/runsc
                          Seccomp:       filter, no new privileges: yes
                          Capabilities:  CAP_KILL CAP_SYS_PTRACE
                          Namespaces:    own: net pid
                                         the host's: cgroup
                        Cgroup (v2):   /glovebox/master/pod1
                          Memory:        limit 67108864 bytes, used 2048 bytes, killed for memory: 0
                          CPU:           limit 1.5 cores
                          Pids:          limit 192, used 42
                        Runtime's processes on the host:
                          7 runsc-sandbox boot
                        Containers' processes on the host:
                          none
                        """);
    }

    @Test
    void a_program_reads_the_same() throws JsonProcessingException {
        String text = new InspectReport(pod("gvisor"), GVISOR).json();
        JsonNode report = new ObjectMapper().readTree(text);

        assertThat(text).endsWith("}\n").hasLineCount(1);
        assertThat(report)
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                                        {"namespace": "default", "pod": "web",
                                         "runtimeClass": "gvisor", "handler": "runsc",
                                         "sandbox": "s1",
                                         "runtime": {"program": "/opt/runsc",
                                           "version": "runsc version 1", "sha256": "abc"},
                                         "process": {"pid": 7, "name": "exe",
                                           "executable": "/opt/runsc", "seccomp": "filter",
                                           "noNewPrivileges": true,
                                           "capabilities": ["CAP_KILL", "CAP_SYS_PTRACE"],
                                           "namespaces": [
                                             {"kind": "net", "inode": 1, "host": false},
                                             {"kind": "pid", "inode": 2, "host": false},
                                             {"kind": "cgroup", "inode": 3, "host": true}]},
                                         "cgroup": {"version": 2,
                                           "path": "/glovebox/master/pod1",
                                           "memoryLimit": 67108864, "memoryUsed": 2048,
                                           "cpuLimit": 1.5, "pidsLimit": 192, "pidsUsed": 42,
                                           "oomKills": 0},
                                         "runtimeProcesses": [
                                           {"pid": 7, "name": "exe",
                                            "command": "runsc-sandbox boot"}],
                                         "containerProcesses": []}
                                        """));
    }

    @Test
    void what_is_not_limited_or_not_known_says_so_and_is_no_number_in_json()
            throws JsonProcessingException {
        InspectReport report =
                new InspectReport(pod(null), facts("", NO_LIMITS, List.of(), List.of()));

        assertThat(report.text())
                .contains("RuntimeClass:  none\n", "Handler:       the default, runc\n")
                .contains("limit none, used unknown bytes, killed for memory: unknown\n")
                .contains(
                        "CPU:           limit none\n", "Pids:          limit none, used unknown\n");
        JsonNode json = new ObjectMapper().readTree(report.json());
        assertThat(json.path("runtimeClass").textValue()).isEmpty();
        assertThat(json.path("cgroup"))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                                        {"version": 2, "path": "/glovebox/master/pod1"}\
                                        """));
    }

    @Test
    void containers_on_the_hosts_kernel_are_listed_and_long_commands_shortened() {
        SandboxFacts facts =
                facts(
                        "runc",
                        LIMITS,
                        List.of(),
                        List.of(
                                new SandboxFacts.Seen(8, "sleep", "sleep 1000"),
                                new SandboxFacts.Seen(9, "java", "j".repeat(101))));

        assertThat(new InspectReport(pod("runc"), facts).text())
                .contains("Runtime's processes on the host:\n  none\n")
                .endsWith(
                        "Containers' processes on the host:\n  8 sleep 1000\n  9 "
                                + "j".repeat(100)
                                + " ...\n");
    }

    @Test
    void a_container_cannot_forge_a_line_or_move_the_cursor_by_its_processes_names() {
        SandboxFacts facts =
                facts(
                        "runc",
                        LIMITS,
                        List.of(),
                        List.of(
                                new SandboxFacts.Seen(
                                        8, "sh", "sh\nHandler: runsc\u001b[1A\u009b2J\u202e")));

        assertThat(new InspectReport(pod("runc"), facts).text())
                .endsWith("on the host:\n  8 sh?Handler: runsc?[1A?2J?\n");
    }

    private static Pod pod(@Nullable String runtimeClass) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("web")
                .endMetadata()
                .withNewSpec()
                .withRuntimeClassName(runtimeClass)
                .endSpec()
                .build();
    }

    private static SandboxFacts facts(
            String handler,
            CgroupValues limits,
            List<SandboxFacts.Seen> runtime,
            List<SandboxFacts.Seen> containers) {
        return new SandboxFacts(
                "s1",
                handler,
                new SandboxFacts.OciRuntime("/opt/runsc", "runsc version 1", "abc"),
                new HostProcess(
                        7,
                        1,
                        "exe",
                        "/opt/runsc",
                        List.of("runsc-sandbox", "boot"),
                        HostProcess.Seccomp.FILTER,
                        true,
                        Set.of("CAP_SYS_PTRACE", "CAP_KILL"),
                        Map.of("net", 1L, "pid", 2L, "cgroup", 3L),
                        Map.of("", "/glovebox/master/pod1")),
                List.of(
                        new SandboxFacts.Namespace("net", 1, false),
                        new SandboxFacts.Namespace("pid", 2, false),
                        new SandboxFacts.Namespace("cgroup", 3, true)),
                2,
                "/glovebox/master/pod1",
                limits,
                runtime,
                containers);
    }
}
