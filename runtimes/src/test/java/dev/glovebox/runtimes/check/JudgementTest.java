package dev.glovebox.runtimes.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class JudgementTest {
    private static final Ending WELL = new Ending.Exited(0, "Completed");
    private static final Ending BADLY = new Ending.Exited(1, "Error");
    private static final Ending RUNNING = new Ending.KeptRunning();
    private static final RefusedCalls NOTHING = refused();

    @Test
    void the_same_end_and_the_same_bytes_are_the_same() {
        Judgement judgement = judge(side(WELL, "a\nb\n"), side(WELL, "a\nb\n"), NOTHING);

        assertThat(judgement.verdict()).isEqualTo(Verdict.SAME);
        assertThat(judgement.verdict().exitCode()).isZero();
        assertThat(judgement.sentence())
                .isEqualTo("runs the same: it ended with exit code 0 under both");
    }

    @Test
    void the_same_failure_is_the_same() {
        assertThat(judge(side(BADLY, ""), side(BADLY, ""), NOTHING).verdict())
                .isEqualTo(Verdict.SAME);
    }

    @Test
    void a_refused_call_that_made_no_difference_is_said_to_have_made_none() {
        assertThat(judge(side(WELL, ""), side(WELL, ""), refused("vmsplice", "rseq")).sentence())
                .endsWith(
                        "that gVisor has no vmsplice (moving pages into a pipe) made no difference here");
    }

    @Test
    void what_works_under_runc_alone_does_not_run_and_the_refused_calls_are_suspects() {
        Judgement judgement = judge(side(BADLY, ""), side(WELL, ""), refused("rseq", "mq_notify"));

        assertThat(judgement.verdict()).isEqualTo(Verdict.FAILS);
        assertThat(judgement.verdict().exitCode()).isEqualTo(4);
        assertThat(judgement.sentence())
                .isEqualTo(
                        "does not run: it ended with exit code 1, and under runc it ended with exit"
                                + " code 0, probably because gVisor has no mq_notify (POSIX message queues)");
    }

    @Test
    void no_cause_is_made_up() {
        assertThat(judge(side(BADLY, ""), side(WELL, ""), refused("rseq")).sentence())
                .endsWith("gVisor's log names no call that would explain it");
        assertThat(
                        judge(side(BADLY, ""), side(WELL, ""), new RefusedCalls(List.of(), false))
                                .sentence())
                .endsWith("could not be read to its end");
    }

    @Test
    void one_that_is_killed_for_memory_is_to_be_given_more() {
        assertThat(
                        judge(
                                        side(new Ending.Exited(137, "OOMKilled"), ""),
                                        side(WELL, ""),
                                        refused("vmsplice"))
                                .sentence())
                .contains("was killed for memory (exit code 137)", "--memory")
                .doesNotContain("vmsplice");
    }

    @Test
    void one_that_does_not_end_fails_and_one_that_runs_under_both_does_not() {
        assertThat(judge(side(RUNNING, ""), side(WELL, ""), NOTHING).sentence())
                .startsWith("does not run: it kept running until it was stopped")
                .contains("--timeout");
        assertThat(judge(side(RUNNING, "up\n"), side(RUNNING, "up\n"), NOTHING).sentence())
                .isEqualTo("runs the same: it kept running until it was stopped under both");
        assertThat(judge(side(BADLY, ""), side(RUNNING, ""), NOTHING).verdict())
                .isEqualTo(Verdict.FAILS);
    }

    @Test
    void one_that_fails_under_runc_is_not_gvisors_failure() {
        assertThat(judge(side(WELL, ""), side(BADLY, ""), NOTHING).verdict())
                .isEqualTo(Verdict.DIFFERENT);
        assertThat(judge(side(RUNNING, ""), side(BADLY, ""), NOTHING).verdict())
                .isEqualTo(Verdict.DIFFERENT);
    }

    @Test
    void one_that_works_under_neither_is_not_said_to_run() {
        Judgement other = judge(side(new Ending.Exited(2, "Error"), ""), side(BADLY, ""), NOTHING);
        assertThat(other.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(other.sentence())
                .isEqualTo(
                        "not known, as it works under neither: it ended with exit code 2, and under"
                                + " runc it ended with exit code 1");

        Judgement never = judge(side(new Ending.NotStarted("no"), ""), side(BADLY, ""), NOTHING);
        assertThat(never.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(never.sentence()).contains("was not started (no)").doesNotContain("runs");
    }

    @Test
    void lines_that_differ_are_shown_and_counted() {
        Judgement judgement = judge(side(WELL, "a\nB\nc\n"), side(WELL, "a\nb\nc\n"), NOTHING);

        assertThat(judgement.verdict()).isEqualTo(Verdict.DIFFERENT);
        assertThat(judgement.verdict().exitCode()).isEqualTo(3);
        assertThat(judgement.sentence())
                .isEqualTo("runs, but standard output differs in 1 of 3 lines");
        assertThat(output(judgement).pairs()).containsExactly(new Comparison.Pair(2, "b", "B"));
    }

    @Test
    void lines_that_differ_by_themselves_are_nobodys_fault_and_others_still_are() {
        Side gvisor = side(WELL, "pid 7\nlinux\n");
        Side runc = side(WELL, "pid 8\nlinux\n");
        Side again = side(WELL, "pid 9\nlinux\n");
        assertThat(Judgement.wantsAnother(gvisor, runc)).isTrue();

        Judgement judgement = Judgement.of(gvisor, runc, Optional.of(again), NOTHING);
        assertThat(judgement.verdict()).isEqualTo(Verdict.SAME);
        assertThat(output(judgement).kind()).isEqualTo(Comparison.Kind.UNSTABLE);
        assertThat(output(judgement).text()).contains("1 of 2");

        Judgement blamed =
                Judgement.of(side(WELL, "pid 7\ngvisor\n"), runc, Optional.of(again), NOTHING);
        assertThat(output(blamed).pairs())
                .containsExactly(new Comparison.Pair(2, "linux", "gvisor"));
    }

    @Test
    void one_whose_length_changes_by_itself_is_not_compared_by_line() {
        Judgement judgement =
                Judgement.of(
                        side(WELL, "a\n"),
                        side(WELL, "a\nb\n"),
                        Optional.of(side(WELL, "a\nb\nc\n")),
                        NOTHING);

        assertThat(judgement.verdict()).isEqualTo(Verdict.SAME);
        assertThat(output(judgement).text()).contains("2, 3 and 1 lines");
    }

    @Test
    void a_missing_line_and_a_missing_line_end_are_differences() {
        assertThat(output(judge(side(WELL, "a\n"), side(WELL, "a\nb\n"), NOTHING)).text())
                .isEqualTo("has 1 lines, under runc 2");
        assertThat(output(judge(side(WELL, "a"), side(WELL, "a\n"), NOTHING)).kind())
                .isEqualTo(Comparison.Kind.DIFFERENT);
    }

    @Test
    void more_than_was_kept_is_the_same_only_as_far_as_it_was_kept() {
        Captured cut = new Captured(new byte[] {'a'}, true);
        Captured whole = new Captured(new byte[] {'a'}, false);

        assertThat(Comparison.of(cut, cut).text()).isEqualTo("is the same in its first mebibyte");
        assertThat(Comparison.of(cut, whole).kind()).isEqualTo(Comparison.Kind.DIFFERENT);
    }

    @Test
    void an_answer_counts_as_an_end_does() {
        Side answers = asked(0, "hello\n");
        Side fails = asked(7, "");

        assertThat(judge(answers, answers, NOTHING).verdict()).isEqualTo(Verdict.SAME);
        assertThat(judge(fails, answers, NOTHING).verdict()).isEqualTo(Verdict.FAILS);
        assertThat(judge(answers, fails, NOTHING).verdict()).isEqualTo(Verdict.DIFFERENT);
        assertThat(judge(asked(0, "bye\n"), answers, NOTHING).sentence())
                .isEqualTo("runs, but the answer differs in 1 of 1 lines");
    }

    @Test
    void a_question_that_is_answered_under_neither_says_nothing() {
        Judgement missing = judge(asked(127, ""), asked(127, ""), NOTHING);
        assertThat(missing.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(missing.verdict().exitCode()).isEqualTo(5);
        assertThat(missing.sentence())
                .startsWith(
                        "not known: the question was answered under neither (exit code 127, and"
                                + " under runc 127)");

        assertThat(judge(asked(1, ""), asked(7, ""), NOTHING).verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(judge(unanswered(WELL), unanswered(WELL), NOTHING).verdict())
                .isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void one_that_gives_no_answer_under_gvisor_alone_does_not_run() {
        assertThat(judge(unanswered(RUNNING), asked(0, ""), NOTHING).verdict())
                .isEqualTo(Verdict.FAILS);
        assertThat(Judgement.of(unanswered(RUNNING), NOTHING).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void what_a_server_had_written_when_it_was_stopped_is_shown_and_not_judged() {
        Judgement judgement = judge(side(RUNNING, "up\n"), side(RUNNING, "up\nbye\n"), NOTHING);

        assertThat(judgement.verdict()).isEqualTo(Verdict.SAME);
        assertThat(judgement.sentence()).endsWith("; what it had written by then differs");
        assertThat(output(judgement).kind()).isEqualTo(Comparison.Kind.DIFFERENT);
        assertThat(Judgement.wantsAnother(side(RUNNING, "a"), side(RUNNING, "b"))).isFalse();
    }

    @Test
    void without_a_comparison_a_failure_is_nobodys_yet() {
        assertThat(Judgement.of(side(WELL, ""), NOTHING).verdict()).isEqualTo(Verdict.RUNS);
        assertThat(Judgement.of(side(RUNNING, ""), NOTHING).verdict()).isEqualTo(Verdict.RUNS);
        Judgement failed = Judgement.of(side(BADLY, ""), refused("vmsplice"));
        assertThat(failed.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(failed.verdict().exitCode()).isEqualTo(5);
        assertThat(failed.sentence()).contains("vmsplice", "was not looked at");
        assertThat(Judgement.of(asked(7, ""), NOTHING).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    private static Judgement judge(Side gvisor, Side runc, RefusedCalls refused) {
        return Judgement.of(gvisor, runc, Optional.empty(), refused);
    }

    private static Comparison output(Judgement judgement) {
        Comparison output = judgement.outputs().get("standard output");
        assertThat(output).isNotNull();
        return output;
    }

    private static RefusedCalls refused(String... names) {
        return new RefusedCalls(
                List.of(names).stream().map(name -> new RefusedCall(name, List.of())).toList(),
                true);
    }

    private static Side side(Ending ending, String out) {
        return new Side(ending, captured(out), captured(""), Optional.empty(), use());
    }

    private static Side asked(int code, String answer) {
        return new Side(
                RUNNING,
                captured(""),
                captured(""),
                Optional.of(new Side.Answer(code, captured(answer))),
                use());
    }

    private static Side unanswered(Ending ending) {
        return new Side(ending, captured(""), captured(""), Optional.of(Side.Answer.NONE), use());
    }

    private static Side.Use use() {
        return new Side.Use(Duration.ofSeconds(1), OptionalLong.empty(), OptionalLong.empty());
    }

    private static Captured captured(String text) {
        return new Captured(text.getBytes(StandardCharsets.UTF_8), false);
    }
}
