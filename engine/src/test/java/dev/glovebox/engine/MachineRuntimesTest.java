package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.runtimes.Handler;
import dev.glovebox.runtimes.HandlerState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MachineRuntimesTest {
    private static final HandlerState.Absent MISSING =
            new HandlerState.Absent("no runsc here", "install it");

    @Test
    void a_node_has_what_it_is_to_have_and_says_what_it_is_not_to_have() {
        MachineRuntimes machine = machine(List.of(Handlers.RUNC, Handlers.RUNSC), Map.of());

        assertThat(machine.only(Set.of("runc", "runsc"), "n")).isEqualTo(machine);
        MachineRuntimes runc = machine.only(Set.of("runc"), "n");
        assertThat(runc.handlers()).containsExactly(Handlers.RUNC);
        assertThat(runc.absent().keySet()).containsExactly("runsc");
        assertThat(new ProvenHandlers(runc.handlers(), runc.absent()).all().get("runsc"))
                .hasToString(
                        new HandlerState.Absent(
                                        "node n is to have none (--runtimes)",
                                        "name it in --runtimes at the next start")
                                .toString());
    }

    @Test
    void what_the_machine_lacks_is_not_had_by_asking_for_it() {
        MachineRuntimes machine = machine(List.of(Handlers.RUNC), Map.of("runsc", MISSING));

        MachineRuntimes asked = machine.only(Set.of("runc", "runsc"), "n");
        assertThat(asked.handlers()).containsExactly(Handlers.RUNC);
        assertThat(asked.absent()).containsEntry("runsc", MISSING);
        assertThat(machine.only(Set.of("runc"), "n").absent().get("runsc")).isNotEqualTo(MISSING);
    }

    private static MachineRuntimes machine(
            List<Handler> handlers, Map<String, HandlerState.Absent> absent) {
        return new MachineRuntimes(unused(), handlers, absent, unused(), unused());
    }

    /// A part that this must not need.
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T unused() {
        return null;
    }
}
