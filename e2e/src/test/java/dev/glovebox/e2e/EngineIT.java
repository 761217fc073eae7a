package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The subcommands beside `run`.
@SharedEngine
class EngineIT {
    private final Engine engine;

    EngineIT(Engine engine) {
        this.engine = engine;
    }

    @Test
    void up_on_a_running_engine_says_so() {
        var pid = engine.pid();
        assertThat(engine.up().ok().out()).contains("running already").contains("kubectl");
        assertThat(engine.pid()).isEqualTo(pid);
    }

    @Test
    void status_tells_the_process_nodes_runtimes_and_pods() {
        var status = engine.status();
        assertThat(ProcessHandle.of(status.required("pid").longValue())).isPresent();
        assertThat(status.required("nodes").toString()).contains(engine.node());
        assertThat(status.required("runtimes").toString()).contains("runsc").contains("runc");
        assertThat(status.required("pods").isArray()).isTrue();
        assertThat(engine.run("status").ok().out()).contains(engine.node()).contains("runsc");
    }

    @Test
    void version_and_help_need_neither_root_nor_an_engine() {
        for (var words : new String[] {"version", "--help", "--version", "run --help"}) {
            var line =
                    new java.util.ArrayList<>(
                            java.util.List.of("setpriv", "--reuid", "65534", "--clear-groups"));
            line.addAll(Engine.launcher(words.split(" ", -1)).line());
            var ran =
                    Command.of(line)
                            .with("GLOVEBOX_BUILD", "never")
                            .with("HOME", "/nonexistent")
                            .run()
                            .ok();
            assertThat(ran.out()).contains("glovebox");
        }
    }

    @Test
    void the_log_is_shown() {
        assertThat(engine.run("logs").ok().out()).isNotBlank();
    }

    @Test
    void a_systemd_unit_is_printed() {
        assertThat(Engine.launcher("unit").run().ok().out())
                .contains("KillMode=process", "Delegate=yes", "ExecStart=", " serve");
    }

    @Test
    void doctor_has_a_line_for_each_thing() {
        var ran = Engine.launcher("doctor").run();
        assertThat(ran.out() + ran.err()).contains("containerd").contains("nft");
    }
}
