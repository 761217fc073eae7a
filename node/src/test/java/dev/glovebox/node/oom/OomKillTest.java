package dev.glovebox.node.oom;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OomKillTest {
    private static final String POD = "/glovebox/master/kubepods/burstable/pod1b2c";
    private static final String ID = "a".repeat(64);

    /// As Linux 6.18 said it.
    private static final String OF_A_CGROUP =
            "6,7964,1106911994,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=%2$s,"
                    .concat("mems_allowed=0,oom_memcg=%1$s,task_memcg=%1$s/%2$s,task=dd,pid=30457,")
                    .concat("uid=0\n")
                    .formatted(POD, ID);

    @Test
    void the_cgroup_of_a_process_that_was_killed_is_read() {
        assertThat(OomKill.parse(OF_A_CGROUP)).contains(new OomKill(POD + "/" + ID));
    }

    @Test
    void one_that_the_whole_machine_had_no_memory_for_is_read_as_well() {
        assertThat(
                        OomKill.parse(
                                "6,1,2,c,caller=T7;oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,"
                                        + "mems_allowed=0-1,3,global_oom,task_memcg=/a/b,task=(sd-pam),pid=7,uid=65534\n SUBSYSTEM=x"))
                .contains(new OomKill("/a/b"));
    }

    /// Whoever may write to the log chooses the level, and the facility, except the kernel's own.
    @Test
    void what_is_not_the_kernels_is_not_believed() {
        for (int facility = 1; facility < 128; facility++) {
            String text = (facility << 3 | 6) + OF_A_CGROUP.substring(1);
            assertThat(OomKill.parse(text)).as(text).isEmpty();
        }
    }

    @Test
    void a_process_cannot_name_itself_into_another_cgroup() {
        assertThat(
                        OomKill.parse(
                                OF_A_CGROUP.replace(
                                        "task=dd", "task=,task_memcg=/b,task=x,pid=1,uid=0")))
                .contains(new OomKill(POD + "/" + ID));
        assertThat(OomKill.parse(OF_A_CGROUP.replace("task=dd", "task=\\x0a6,1,2,-;oom")))
                .contains(new OomKill(POD + "/" + ID));
    }

    /// Such as of a container that may make cgroups below its own.
    @ParameterizedTest
    @ValueSource(strings = {"/a,task_memcg=/b", "/a b", "/a\\x0a", "/a//b", "a", "/a/", ""})
    void a_cgroup_with_a_name_that_could_mislead_is_not_believed(String path) {
        assertThat(OomKill.parse(OF_A_CGROUP.replace("oom_memcg=" + POD, "oom_memcg=" + path)))
                .isEmpty();
        assertThat(
                        OomKill.parse(
                                OF_A_CGROUP.replace(
                                        "task_memcg=" + POD + "/" + ID, "task_memcg=" + path)))
                .isEmpty();
    }

    /// Its name may end the path early: that leads to a cgroup around it, and to no other.
    @Test
    void a_cgroup_that_is_named_like_what_follows_stays_below_its_own() {
        String inner = POD + "/" + ID + "/x,task=y,pid=1,uid=0";
        assertThat(
                        OomKill.parse(
                                OF_A_CGROUP.replace(
                                        "task_memcg=" + POD + "/" + ID, "task_memcg=" + inner)))
                .contains(new OomKill(POD + "/" + ID + "/x"));
    }

    @Test
    void what_comes_before_or_behind_makes_it_another_message() {
        assertThat(OomKill.parse(OF_A_CGROUP.replace("oom-kill:", "evil: oom-kill:"))).isEmpty();
        assertThat(OomKill.parse(OF_A_CGROUP.replace("uid=0", "uid=0 (7): drop_caches"))).isEmpty();
        assertThat(OomKill.parse(OF_A_CGROUP.replace(",pid=30457,uid=0", ""))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                "6",
                "6,1,2,-",
                "6,1,2,-;",
                "99999,1,2,-;oom-kill:",
                "-1,1,2,-;x",
                "6,1,2,-;Memory cgroup out of memory: Killed process 7 (dd) total-vm:1kB"
            })
    void anything_else_is_none(String text) {
        assertThat(OomKill.parse(text)).isEmpty();
    }

    @Test
    void a_record_longer_than_the_kernels_is_none() {
        assertThat(OomKill.parse(OF_A_CGROUP.replace("task=dd", "task=" + "d".repeat(8192))))
                .isEmpty();
        String deep = "/a".repeat(3500);
        assertThat(OomKill.parse(OF_A_CGROUP.replace("task_memcg=" + POD, "task_memcg=" + deep)))
                .contains(new OomKill(deep + "/" + ID));
    }
}
