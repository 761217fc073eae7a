package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The table of `docs/limits.md`, seen anew. In the long profile: it takes a minute for each
/// runtime.
@Tag("long")
@SharedEngine
class LimitsTableIT {
    @Test
    void what_happens_at_limits_is_what_tenants_are_told(Engine engine) {
        assertThat(table(engine, "runc"))
                .containsEntry("memory container", "that container killed")
                .containsEntry("cpu container", "throttled")
                .containsEntry("cpu pod", "throttled")
                .containsEntry("pids pod", "refused")
                .containsEntry("ephemeral-storage container", "whole pod killed")
                .containsEntry("ephemeral-storage pod", "whole pod killed");
        assertThat(table(engine, "gvisor"))
                .containsEntry("memory container", "nothing")
                .containsEntry("memory pod", "whole pod killed")
                .containsEntry("cpu pod", "throttled")
                .containsEntry("pids pod", "whole pod killed")
                .containsEntry("ephemeral-storage container", "whole pod killed")
                .containsEntry("ephemeral-storage pod", "whole pod killed");
    }

    @Test
    void a_runtime_that_is_not_there_is_named(Engine engine) {
        var refused = engine.run("runtimes", "limits", "--runtime", "kata");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err())
                .contains("no runtime that works is called \"kata\"", "runc", "runsc");
    }

    private static Map<String, String> table(Engine engine, String runtime) {
        var ran =
                engine.command("runtimes", "limits", "--json", "--runtime", runtime)
                        .within(Duration.ofMinutes(3))
                        .run()
                        .ok();
        Map<String, String> seen = new HashMap<>();
        for (var row : Kubectl.json(ran.out())) {
            if (row.required("resource").textValue().equals("ephemeral-storage")) {
                assertThat(row.required("seen").textValue())
                        .contains(
                                row.required("scope").textValue().equals("container")
                                        ? "Container main exceeded its local ephemeral storage"
                                        : "Pod ephemeral local storage usage exceeds");
            }
            seen.put(
                    row.required("resource").textValue() + " " + row.required("scope").textValue(),
                    row.required("effect").textValue());
        }
        return seen;
    }
}
