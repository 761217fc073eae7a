package dev.glovebox.node.oom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class OomKillsTest {
    private static final String PODS = "/glovebox/master/kubepods";
    private static final String POD = PODS + "/burstable/pod1";

    private final Log log = new Log();
    private final OomKills kills = new OomKills(PODS, Optional.of(log));

    /// A log that a test writes.
    private static final class Log implements OomKills.Records {
        private final Queue<String> records = new ArrayDeque<>();
        private boolean broken;
        private boolean closed;

        void kill(String cgroup) {
            records.add(
                    "6,1,2,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=c,mems_allowed=0,"
                            + "oom_memcg=/x,task_memcg="
                            + cgroup
                            + ",task=dd,pid=1,uid=0\n");
        }

        @Override
        public Optional<String> next() throws IOException {
            if (broken) {
                throw new IOException("no more");
            }
            return Optional.ofNullable(records.poll());
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void kills_are_told_by_the_cgroup_below_the_pods() {
        log.kill(POD + "/one");
        log.kill(POD + "/one/inner");
        log.kill(POD + "/two");
        log.kill(POD);
        log.records.add("6,3,4,-;something else\n");
        assertThat(kills.of(POD))
                .containsOnly(Map.entry("one", 2L), Map.entry("two", 1L), Map.entry("", 1L));
        log.kill(POD + "/one");
        assertThat(kills.of(POD)).containsEntry("one", 3L).containsEntry("two", 1L);
    }

    @Test
    void what_befell_others_is_not_the_pods() {
        log.kill(POD + "0/one");
        log.kill(PODS + "/pod1/one");
        log.kill("/glovebox/master2/kubepods/burstable/pod1/one");
        log.kill("/user.slice" + POD + "/one");
        assertThat(kills.of(POD)).isEmpty();
        assertThat(kills.of(POD + "0")).containsOnlyKeys("one");
    }

    @Test
    void only_so_many_are_remembered_and_the_latest() {
        for (int i = 0; i < 5000; i++) {
            log.kill(POD + "/c" + i);
        }
        assertThat(kills.of(POD)).hasSize(4096).containsKey("c4999").doesNotContainKey("c0");
    }

    @Test
    void a_log_that_breaks_keeps_what_it_told() {
        log.kill(POD + "/one");
        kills.read();
        log.broken = true;
        assertThat(kills.of(POD)).containsEntry("one", 1L);
        assertThat(log.closed).isTrue();
        assertThat(kills.of(POD)).containsEntry("one", 1L);
        assertThat(OomKills.none().of(POD)).isEmpty();
    }
}
