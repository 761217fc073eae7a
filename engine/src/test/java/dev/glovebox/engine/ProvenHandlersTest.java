package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.node.HandlerReadiness.State;
import dev.glovebox.runtimes.HandlerState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProvenHandlersTest {
    private final ProvenHandlers handlers =
            new ProvenHandlers(
                    List.of(Handlers.RUNC, Handlers.RUNSC),
                    Map.of("kata", new HandlerState.Absent("no kata here", "install it")));

    @Test
    void a_handler_that_nobody_has_seen_yet_is_not_ready() {
        assertThat(handlers.of("runsc"))
                .isEqualTo(new State.NotReady("broken: no probe pod has run under it yet"));
    }

    @Test
    void a_handler_that_was_seen_to_work_is_ready() throws InterruptedException {
        handlers.prove(Handlers::ready);

        assertThat(handlers.of("runsc")).isEqualTo(new State.Ready());
    }

    @Test
    void no_other_state_is_ready() throws InterruptedException {
        handlers.prove(handler ->
                handler.equals(Handlers.RUNC)
                        ? Handlers.degraded(handler)
                        : new HandlerState.Broken("it shows the host's kernel"));

        assertThat(handlers.of("runc"))
                .isEqualTo(new State.NotReady("degraded: its memory limit does not bind"));
        assertThat(handlers.of("runsc"))
                .isEqualTo(new State.NotReady("broken: it shows the host's kernel"));
        assertThat(handlers.of("kata"))
                .isEqualTo(new State.NotReady("absent: no kata here; install it"));
    }

    @Test
    void a_handler_that_containerd_was_not_told_of_is_not_ready() throws InterruptedException {
        handlers.prove(Handlers::ready);

        assertThat(handlers.of("other"))
                .isEqualTo(new State.NotReady("broken: containerd was not told of it"));
    }

    @Test
    void evidence_that_cannot_be_read_is_none() throws InterruptedException {
        handlers.prove(handler -> {
            throw new IOException("disk full");
        });

        assertThat(handlers.of("runc"))
                .isEqualTo(
                        new State.NotReady(
                                "broken: its evidence cannot be read or kept:"
                                        + " java.io.IOException: disk full"));
    }

    @Test
    void what_is_seen_later_holds() throws InterruptedException {
        handlers.prove(Handlers::ready);
        handlers.prove(Handlers::degraded);

        assertThat(handlers.of("runc")).isInstanceOf(State.NotReady.class);
    }

    @Test
    void the_empty_handler_is_the_default() throws InterruptedException {
        handlers.prove(handler ->
                handler.equals(Handlers.RUNC)
                        ? Handlers.ready(handler)
                        : new HandlerState.Broken("no"));

        assertThat(handlers.of("")).isEqualTo(new State.Ready());

        handlers.prove(handler ->
                handler.equals(Handlers.RUNC)
                        ? new HandlerState.Broken("no")
                        : Handlers.ready(handler));

        assertThat(handlers.of("")).isEqualTo(new State.NotReady("broken: no"));
    }

    @Test
    void all_are_told_with_the_default_first_and_absent_ones_last() throws InterruptedException {
        List<String> looked = new ArrayList<>();
        handlers.prove(handler -> {
            looked.add(handler.name());
            return Handlers.ready(handler);
        });

        assertThat(looked).containsExactly("runc", "runsc");
        assertThat(handlers.all().keySet()).containsExactly("runc", "runsc", "kata");
        assertThat(handlers.version("runsc")).contains("runsc version 1");
        assertThat(handlers.version("kata")).isEmpty();
    }
}
