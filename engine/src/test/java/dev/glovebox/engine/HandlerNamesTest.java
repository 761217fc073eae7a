package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandlerNamesTest {
    @Test
    void a_name_is_as_good_as_another() {
        HandlerNames names =
                new HandlerNames("other", HandlerNames.more(List.of("other=runsc", "third=runc")));

        assertThat(names.more()).isEqualTo(Map.of("other", "runsc", "third", "runc"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "other; --handler wants a name and a runtime like other=runc, not \"other\"",
                "a=b=c; --handler wants a name and a runtime like other=runc",
                "=runc; --handler wants a name of its own",
                "runsc=runc; --handler wants a name of its own",
                "gvisor=runc; --handler wants a name of its own",
                "A=runc; --handler wants a name of its own",
                "a]\\n[x=runc; --handler wants a name of its own",
                "other=crun; --handler other: it can be the same as runc or runsc, not \"crun\"",
            })
    void what_cannot_be_a_handler_is_refused(String flag, String message) {
        assertThatThrownBy(() -> new HandlerNames("runc", HandlerNames.more(List.of(flag))))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(message);
    }

    @Test
    void a_standard_that_nobody_has_is_refused() {
        assertThatThrownBy(() -> new HandlerNames("crun", Map.of()))
                .hasMessageContaining(
                        "--default-handler knows runc, runsc and what --handler names");
        assertThatThrownBy(() -> HandlerNames.more(List.of("a=runc", "a=runsc")))
                .hasMessage("--handler names a twice");
    }

    @Test
    void what_is_said_of_handlers_stays() {
        NodeFlags said =
                new NodeFlags(
                        Optional.empty(),
                        "",
                        List.of(),
                        "runsc",
                        List.of("other=runc"),
                        NodeFlags.Cni.NONE);
        EngineSettings first = said.over(EngineSettings.DEFAULT, java.nio.file.Path.of("/d"));

        assertThat(NodeFlags.NONE.over(first, java.nio.file.Path.of("/d"))).isEqualTo(first);
        assertThat(first.nodes().handlerNames())
                .isEqualTo(new HandlerNames("runsc", Map.of("other", "runc")));
    }
}
