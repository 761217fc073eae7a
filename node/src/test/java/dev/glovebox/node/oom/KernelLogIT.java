package dev.glovebox.node.oom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// This machine's own log, as root.
class KernelLogIT {
    private static final Path KMSG = Path.of("/dev/kmsg");

    /// What root writes into it looks like a kill, in all but who says it.
    @Test
    void what_users_write_is_read_and_not_believed() throws IOException {
        String mark = UUID.randomUUID().toString();
        String message =
                "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=c,mems_allowed=0,"
                        + "oom_memcg=/a,task_memcg=/a/"
                        + mark
                        + ",task=dd,pid=1,uid=0";
        try (KernelLog log = KernelLog.open(KMSG)) {
            // A line without an end is not told before the next one.
            Files.writeString(KMSG, "<6>" + message + "\n", StandardOpenOption.WRITE);
            String record = "";
            while (!record.contains(mark)) {
                record = log.next().orElseThrow();
            }
            assertThat(OomKill.parse(record)).isEmpty();
            assertThat(OomKill.parse("6" + record.substring(record.indexOf(','))))
                    .as("twin: the kernel's own would be")
                    .contains(new OomKill("/a/" + mark));
            Optional<String> rest = log.next();
            while (rest.isPresent()) {
                rest = log.next();
            }
        }
    }

    @Test
    void a_log_that_is_not_there_is_said_to_be_so() {
        assertThatThrownBy(() -> KernelLog.open(Path.of("/dev/no-kmsg")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("error 2");
    }
}
