package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class TroublesTest {
    @Test
    void a_message_is_one_line_without_a_stack() {
        assertThat(
                        Troubles.sentence(
                                new EngineException(
                                        "it ended; its log says:\n  first\r\n  second\n",
                                        new IllegalStateException("deep"))))
                .isEqualTo("it ended; its log says:; first; second");
    }

    @Test
    void what_others_chose_moves_no_cursor() {
        assertThat(Troubles.line("exec: \"\u001b[2Jno\u202e\": not\r\nfound\u009b"))
                .isEqualTo("exec: \"?[2Jno?\": not; found?");
        assertThat(Troubles.sentence(new EngineException("\u001b[31m"))).isEqualTo("?[31m");
    }

    @Test
    void what_says_nothing_is_named() {
        assertThat(Troubles.sentence(new IllegalStateException()))
                .isEqualTo("java.lang.IllegalStateException");
        assertThat(Troubles.sentence(new IOException())).isEqualTo("java.io.IOException");
    }

    @Test
    void a_file_is_named_with_what_is_wrong_with_it() {
        assertThat(Troubles.sentence(new NoSuchFileException("/etc/x")))
                .isEqualTo("/etc/x does not exist");
        assertThat(Troubles.sentence(new AccessDeniedException("/etc/x")))
                .isEqualTo("/etc/x may not be used");
        assertThat(
                        Troubles.sentence(
                                new FileSystemException("/etc/x", null, "No space left on device")))
                .isEqualTo("/etc/x: No space left on device");
        assertThat(Troubles.sentence(new FileSystemException("/etc/x")))
                .isEqualTo("/etc/x: FileSystemException");
    }

    @Test
    void a_wrapped_failure_of_a_file_says_the_same() {
        assertThat(
                        Troubles.sentence(
                                new UncheckedIOException(
                                        new FileSystemException("/x", null, "Is a directory"))))
                .isEqualTo("/x: Is a directory");
    }
}
