package dev.glovebox.runtimes.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusedCallsTest {
    /// As runsc 0.0~20240729.0 wrote them.
    private static final String RSEQ = entry("rseq(0x4aeca0,0x20,0x0,0x53053053,0x0,0x4ae000)");

    private static final String VMSPLICE =
            entry("vmsplice(0x4,0x7ebf6a93cc90,0x1,0x0,0x4af680,0x4af6a0)");
    @TempDir private Path logs;

    @Test
    void calls_are_named_once_and_in_order() {
        RefusedCalls read = read(RSEQ + VMSPLICE + RSEQ);

        assertThat(texts(read)).containsExactly("rseq", "vmsplice");
        assertThat(read.complete()).isTrue();
    }

    @Test
    void a_call_that_does_many_things_is_told_apart_by_what_it_was_asked() {
        RefusedCalls read =
                read(
                        entry("prctl(0x2f,0x4,0x0,0x0,0x0,0x0)")
                                + entry("prctl(0x2f,0x5,0x0,0x0,0x0,0x0)")
                                + entry("setsockopt(0x3,0x29,0x43,0x7f,0x4,0x0)"));

        assertThat(texts(read)).containsExactly("prctl(0x2f)", "setsockopt(0x29, 0x43)");
    }

    @Test
    void a_call_that_gvisor_knows_by_number_alone_has_the_kernels_name() {
        RefusedCalls read =
                read(
                        entry("sys_442(0x0,0x0,0x0,0x0,0x0,0x0)")
                                + entry("sys_424(0x0,0x0,0x0,0x0,0x0,0x0)")
                                + entry("sys_467(0x0,0x0,0x0,0x0,0x0,0x0)")
                                + entry("sys_9999(0x0,0x0,0x0,0x0,0x0,0x0)"));

        assertThat(texts(read))
                .containsExactly(
                        "mount_setattr", "pidfd_send_signal", "open_tree_attr", "sys_9999");
    }

    @Test
    void only_what_programs_go_on_without_is_no_suspect() {
        assertThat(read(RSEQ + VMSPLICE).suspects())
                .extracting(RefusedCall::name)
                .containsExactly("vmsplice");
    }

    @Test
    void a_sandbox_that_writes_otherwise_gets_nothing_into_the_list() {
        RefusedCalls read =
                read(
                        entry("\\u001b[31mred(0x0,0x0,0x0,0x0,0x0,0x0)")
                                + entry("vmsplice(1,2,3,4,5,6)")
                                + entry("a".repeat(41) + "(0x0,0x0,0x0,0x0,0x0,0x0)")
                                + "[1]\"text\"null{\"log\":{}}"
                                + VMSPLICE);

        assertThat(texts(read)).containsExactly("vmsplice");
    }

    @Test
    void what_cannot_be_read_is_said_and_what_came_before_is_kept() {
        RefusedCalls read = read(VMSPLICE + "{\"log\":" + RSEQ.substring(0, 9));

        assertThat(texts(read)).containsExactly("vmsplice");
        assertThat(read.complete()).isFalse();
    }

    @Test
    void no_more_than_a_sound_gvisor_writes_is_kept() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 600; i++) {
            many.append(entry("ioctl(0x0,0x%x,0x0,0x0,0x0,0x0)".formatted(i)));
        }
        RefusedCalls read = read(many.toString());

        assertThat(read.calls()).hasSize(RefusedCalls.MOST);
        assertThat(read.complete()).isFalse();
    }

    @Test
    void the_file_is_read_up_to_a_bound_and_never_through_a_link() throws IOException {
        Path file = logs.resolve("refused-calls.log");
        RefusedCallsFile refused = new RefusedCallsFile(logs);
        assertThat(refused.tooLarge()).isFalse();
        assertThatThrownBy(refused::read).isInstanceOf(NoSuchFileException.class);

        Files.writeString(file, VMSPLICE);
        assertThat(texts(refused.read())).containsExactly("vmsplice");
        assertThat(refused.tooLarge()).isFalse();

        Files.writeString(file, VMSPLICE + " ".repeat(1 << 20));
        assertThat(refused.tooLarge()).isTrue();
        assertThat(texts(refused.read())).containsExactly("vmsplice");
        assertThat(refused.read().complete()).isFalse();

        Files.move(file, logs.resolve("elsewhere"));
        Files.createSymbolicLink(file, logs.resolve("elsewhere"));
        assertThatThrownBy(refused::read).isInstanceOf(IOException.class);
    }

    private static List<String> texts(RefusedCalls read) {
        return read.calls().stream().map(RefusedCall::text).toList();
    }

    private static RefusedCalls read(String log) {
        return RefusedCalls.of(log.getBytes(StandardCharsets.UTF_8), true);
    }

    private static String entry(String call) {
        return "{\"log\":\"compat.go:120] Unsupported syscall "
                + call
                + ". It is likely that you can safely ignore this message\",\"level\":\"info\",\"time\":\"2026-11-28T17:40:42Z\"}\n";
    }
}
