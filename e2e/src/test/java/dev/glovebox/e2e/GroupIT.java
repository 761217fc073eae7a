package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Who may talk to the engine: root, and the group `glovebox`, by what the kernel says of the
/// caller.
@RunsPods
class GroupIT {
    private static final Engine ENGINE = Engine.in(211);
    private static final String GROUP = "glovebox";
    private static final String MEMBER = "glovebox-member";
    private static boolean made;

    @BeforeAll
    static void start() {
        made = Command.of("groupadd", "--system", GROUP).run().exit() == 0;
        Command.of("userdel", MEMBER).run();
        Command.of("useradd", "--system", "--no-user-group", "--groups", GROUP, MEMBER).run().ok();
        ENGINE.up().ok();
    }

    @AfterAll
    static void remove() {
        ENGINE.purge().ok();
        Command.of("userdel", MEMBER).run().ok();
        if (made) {
            Command.of("groupdel", GROUP).run().ok();
        }
    }

    @Test
    void a_member_may() {
        var ran = as(MEMBER, "run", "--", "id", "-u").ok();
        assertThat(ran.text()).isEqualTo("0");
    }

    @Test
    void nobody_else_may() {
        var ran = as("nobody", "status");
        BadInputIT.assertOneClearLine(ran);
        assertThat(ran.err()).contains("only root and the group glovebox").contains("sudo");
    }

    private static Ran as(String user, String subcommand, String... words) {
        var line =
                new java.util.ArrayList<>(
                        List.of("setpriv", "--reuid", user, "--regid", "nogroup", "--init-groups"));
        line.addAll(ENGINE.command(subcommand, words).line());
        return Command.of(line).with("GLOVEBOX_BUILD", "never").with("HOME", "/nonexistent").run();
    }
}
