package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.control.CheckSpec;
import dev.glovebox.runtimes.check.Captured;
import dev.glovebox.runtimes.check.Ending;
import dev.glovebox.runtimes.check.Judgement;
import dev.glovebox.runtimes.check.RefusedCall;
import dev.glovebox.runtimes.check.RefusedCalls;
import dev.glovebox.runtimes.check.Side;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CheckReportTest {
    private static final RefusedCalls REFUSED =
            new RefusedCalls(
                    List.of(
                            new RefusedCall("vmsplice", List.of()),
                            new RefusedCall("prctl", List.of("0x2f"))),
                    true);

    @Test
    void what_a_program_wrote_moves_no_cursor() {
        String text = both(0, "\u001b[2Jone\n", "\u001b[31mtwo\u202e\n").text();

        assertThat(text).contains("under gVisor: ?[2Jone", "under runc:   ?[31mtwo?");
        assertThat(text).doesNotContain("\u001b", "\u202e");
    }

    @Test
    void nor_does_it_as_json() throws IOException {
        String written = "\u001b[2Jone\u009b\u202e\n";
        String json = both(0, written, "").json();

        assertThat(json).matches("[ -~]*\n");
        assertThat(new ObjectMapper().readTree(json).at("/gvisor/stdout").textValue())
                .isEqualTo(written);
    }

    @Test
    void a_long_line_is_cut() {
        assertThat(both(0, "a".repeat(5000) + "\n", "b\n").text().lines())
                .allMatch(line -> line.length() < 250);
    }

    @Test
    void the_last_line_is_the_verdict_and_refused_calls_are_explained() {
        CheckReport report = both(1, "", "");

        assertThat(report.text().lines().toList().getLast()).startsWith("does not run: ");
        assertThat(report.text())
                .contains(
                        "gVisor refused:", "vmsplice      moving pages into a pipe", "prctl(0x2f)")
                .contains("1.50 s", "2.0 MiB", "not seen");
    }

    @Test
    void programs_get_all_of_it() throws IOException {
        JsonNode json = new ObjectMapper().readTree(both(1, "", "x\n").json());

        assertThat(json.required("verdict").textValue()).isEqualTo("fails");
        assertThat(json.required("exitCode").intValue()).isEqualTo(4);
        assertThat(json.at("/gvisor/exitCode").intValue()).isEqualTo(1);
        assertThat(json.at("/runc/stdout").textValue()).isEqualTo("x\n");
        assertThat(json.at("/gvisor/memoryPeak").longValue()).isEqualTo(2 << 20);
        assertThat(json.at("/gvisor").has("cpuSeconds")).isFalse();
        assertThat(json.at("/refused/1/call").textValue()).isEqualTo("prctl");
        assertThat(json.at("/refused/1/arguments/0").textValue()).isEqualTo("0x2f");
        assertThat(json.at("/outputs/standard output/kind").textValue()).isEqualTo("different");
    }

    private static CheckReport both(int code, String gvisor, String runc) {
        CheckRun.Left ours = new CheckRun.Left(side(code, gvisor), REFUSED, Optional.empty());
        CheckRun.Left theirs = new CheckRun.Left(side(0, runc), REFUSED, Optional.empty());
        return new CheckReport(
                new CheckSpec(new Runs().spec(), CheckSpec.Sides.BOTH, ""),
                ours,
                Optional.of(theirs),
                new CheckReport.Versions("runsc version 1", "runc version 2"),
                Judgement.of(ours.side(), theirs.side(), Optional.empty(), REFUSED));
    }

    private static Side side(int code, String out) {
        return new Side(
                new Ending.Exited(code, code == 0 ? "Completed" : "Error"),
                new Captured(out.getBytes(StandardCharsets.UTF_8), false),
                new Captured(new byte[0], false),
                Optional.empty(),
                new Side.Use(
                        Duration.ofMillis(1500), OptionalLong.empty(), OptionalLong.of(2 << 20)));
    }
}
