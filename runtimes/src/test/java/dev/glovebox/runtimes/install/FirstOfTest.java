package dev.glovebox.runtimes.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstOfTest {
    @TempDir Path directory = Path.of("");

    private final List<String> asked = new ArrayList<>();

    @Test
    void the_next_is_asked_where_one_cannot_be_reached() throws Exception {
        RuntimeSource.Fetched fetched =
                new FirstOf(List.of(unreachable("a"), has("b"), has("c")))
                        .fetch(directory, said -> {});

        assertThat(fetched.origin()).isEqualTo("b");
        assertThat(asked).containsExactly("a", "b");
        try (var left = Files.list(directory)) {
            assertThat(left).as("of a nothing is left").hasSize(1);
        }
    }

    @Test
    void something_else_than_was_promised_ends_it() {
        RuntimeSource altered = source("a", new InstallException("altered"));

        assertThatThrownBy(
                        () -> new FirstOf(List.of(altered, has("b"))).fetch(directory, said -> {}))
                .hasMessage("altered");
        assertThat(asked).containsExactly("a");
    }

    @Test
    void where_none_can_be_reached_each_is_named() {
        assertThatThrownBy(() ->
                        new FirstOf(List.of(unreachable("a"), unreachable("b")))
                                .fetch(directory, said -> {}))
                .isInstanceOf(InstallException.class)
                .hasMessage("nothing can be had: no a; no b");
    }

    private RuntimeSource unreachable(String name) {
        return source(name, new UnreachableException("no " + name));
    }

    private RuntimeSource source(String name, InstallException failure) {
        return new Asked(
                name,
                into -> {
                    throw failure;
                });
    }

    private RuntimeSource has(String name) {
        return new Asked(name, into -> new RuntimeSource.Fetched(Map.of(), name));
    }

    private interface Answer {
        RuntimeSource.Fetched in(Path into);
    }

    /// A source that notes that it was asked.
    private final class Asked implements RuntimeSource {
        private final String name;
        private final Answer answer;

        Asked(String name, Answer answer) {
            this.name = name;
            this.answer = answer;
        }

        @Override
        public String describe() {
            return name;
        }

        @Override
        public Fetched fetch(Path into, Consumer<String> progress) {
            asked.add(name);
            return answer.in(into);
        }
    }
}
