package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// gVisor put under Debian's containerd, which systemd runs, by the command that a user types: what
/// restarts containerd is the command's own default. In the long profile, because it boots systemd
/// in namespaces.
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@RunsPods
class ConfiguringSystemdIT {
    private static final String DEFAULT = "systemctl restart containerd";

    private static SystemdNode node;
    private static String theirs;
    private static byte[] before;

    @BeforeAll
    static void boot() throws Exception {
        node = new SystemdNode();
        before = Files.readAllBytes(configuration());
        theirs = node.run("theirs", "");
        var runsc = new Debian("bookworm-backports").unpacked("runsc").resolve("usr/bin/runsc");
        node.glovebox("runtimes", "install", "gvisor", "--system", "--yes")
                .and("--from", runsc.toString(), "--sha512", sha512(runsc))
                .run()
                .ok();
    }

    @AfterAll
    static void end() throws IOException {
        node.close();
    }

    @BeforeEach
    void nothing_is_configured() throws IOException {
        assertThat(Files.readAllBytes(configuration())).isEqualTo(before);
    }

    @AfterEach
    void their_pod_goes_on() {
        assertThat(node.runs(theirs)).isTrue();
    }

    @Test
    @Order(1)
    void gvisor_runs_by_its_handler_the_pod_goes_on_and_undoing_leaves_the_file_as_it_was()
            throws IOException {
        var first = node.unit("MainPID");
        var done = configure().ok();
        assertThat(done.err())
                .contains("restarting containerd: " + DEFAULT)
                .contains("2 of 2 pods and containers that ran before run on")
                .contains("is ready: a probe pod ran under");
        var second = node.unit("MainPID");
        assertThat(second).isNotEqualTo(first);
        assertThat(node.kernel(node.run("ours", "runsc"))).startsWith("4.");
        assertThat(node.runs(theirs)).isTrue();

        assertThat(configure().ok().err()).contains("nothing was changed");
        assertThat(node.unit("MainPID")).isEqualTo(second);

        assertThat(undo().err()).contains("theirs/ours");
        node.remove("ours");
        undo().ok();
        assertThat(Files.readAllBytes(configuration())).isEqualTo(before);
        assertThat(node.unit("MainPID")).isNotEqualTo(second);
        assertThat(node.unit("ActiveState")).isEqualTo("active");
        assertThatThrownBy(() -> node.run("late", "runsc")).hasMessageContaining("runsc");
    }

    /// The unit's own objection to our handler stands for whatever keeps containerd from starting
    /// though its program reads the configuration.
    @Test
    @Order(2)
    void a_unit_that_does_not_start_with_the_handler_runs_again_without_it() throws IOException {
        node.edit(
                """
                [Service]
                ExecStartPre=/bin/sh -c '! grep -q runtimes.runsc /etc/containerd/config.toml'
                """);
        try {
            var failed = configure();
            assertThat(failed.exit()).as(failed.toString()).isEqualTo(1);
            assertThat(failed.err())
                    .contains(DEFAULT + " ended with exit code 1")
                    .contains(SystemdNode.CONFIGURATION + " is as it was\n");
            assertThat(node.unit("ActiveState")).isEqualTo("active");
        } finally {
            node.mend();
        }
    }

    /// The same where systemd has started the unit often enough by then: it refuses the start with
    /// the configuration from before, too, until some time has passed.
    @Test
    @Order(3)
    void a_unit_that_started_too_often_runs_again_without_the_handler() throws IOException {
        node.edit(
                """
                [Unit]
                StartLimitBurst=1
                StartLimitIntervalSec=15
                [Service]
                RestartSec=0
                ExecStartPre=/bin/sh -c '! grep -q runtimes.runsc /etc/containerd/config.toml'
                """);
        try {
            var failed = configure();
            assertThat(failed.exit()).as(failed.toString()).isEqualTo(1);
            assertThat(failed.err()).contains(SystemdNode.CONFIGURATION + " is as it was\n");
            assertThat(node.unit("ActiveState")).as(failed.toString()).isEqualTo("active");
            assertThat(node.inside("journalctl", "--no-pager", "-u", "containerd").run().ok().out())
                    .contains("Start request repeated too quickly");
        } finally {
            node.mend();
        }
    }

    @Test
    @Order(4)
    void what_systemd_would_not_restart_is_refused_before_anything_is_changed() {
        var first = node.unit("MainPID");
        node.systemctl("mask", "--runtime", "containerd").run().ok();
        try {
            assertRefused(configure(), "containerd.service: to it the unit is masked");
        } finally {
            node.systemctl("unmask", "--runtime", "containerd").run().ok();
        }
        assertRefused(
                configure("--restart", "systemctl restart nobody"),
                "nobody.service: to it the unit is not-found");
        assertThat(node.unit("MainPID")).isEqualTo(first);
    }

    /// A unit that ends all of its control group ends every pod at each restart.
    @Test
    @Order(5)
    void a_unit_that_would_end_the_pods_is_not_restarted() throws IOException {
        var first = node.unit("MainPID");
        node.edit("[Service]\nKillMode=control-group\n");
        try {
            assertRefused(configure(), "KillMode=control-group");
            assertThat(node.unit("MainPID")).isEqualTo(first);
            node.mend();
            configure().ok();
            var second = node.unit("MainPID");
            node.edit("[Service]\nKillMode=mixed\n");
            assertRefused(undo(), "KillMode=mixed");
            assertThat(node.unit("MainPID")).isEqualTo(second);
        } finally {
            node.mend();
        }
        undo().ok();
    }

    private static void assertRefused(Ran ran, String why) {
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.err()).contains(why).doesNotContain("restarting containerd");
    }

    private static Ran configure(String... more) {
        return node.glovebox("runtimes", "configure")
                .and("--containerd", SystemdNode.CONFIGURATION.toString())
                .and(more)
                .run();
    }

    private static Ran undo() {
        return configure("--undo");
    }

    private static Path configuration() {
        return node.file(SystemdNode.CONFIGURATION);
    }

    private static String sha512(Path file) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(file)));
    }
}
