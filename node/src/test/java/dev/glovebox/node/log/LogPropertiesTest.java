package dev.glovebox.node.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Draw;
import dev.glovebox.testkit.RandomCases;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Lines of CRI logs.
class LogPropertiesTest {
    @Test
    void what_a_container_wrote_is_read_from_its_line() {
        RandomCases.check(
                2_000,
                draw -> {
                    String time = "2026-01-01T00:00:0" + draw.below(10) + ".000000001Z";
                    boolean error = draw.once(2);
                    boolean partial = draw.once(2);
                    byte[] content = withoutNewlines(draw.bytes());
                    byte[] before = draw.bytes();
                    String tag = draw.pick(partial ? List.of("P", "P:x") : List.of("F", "F:x", ""));
                    String head = time + (error ? " stderr " : " stdout ") + tag + " ";
                    byte[] line = joined(before, head.getBytes(UTF_8), content, new byte[] {'\n'});
                    LogLine read =
                            LogLine.parse(line, before.length, line.length - 1).orElseThrow();
                    assertThat(read.time()).isEqualTo(time);
                    assertThat(read.error()).isEqualTo(error);
                    assertThat(read.content())
                            .isEqualTo(partial ? content : joined(content, new byte[] {'\n'}));
                });
    }

    private static byte[] withoutNewlines(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1)
                .replace('\n', ' ')
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] joined(byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part);
        }
        return all.toByteArray();
    }

    @Test
    void any_bytes_are_a_line_or_none() {
        RandomCases.check(
                3_000,
                draw -> {
                    byte[] bytes = any(draw);
                    int start = draw.below(bytes.length + 1);
                    int end = start + draw.below(bytes.length - start + 1);
                    LogLine.parse(bytes, start, end)
                            .ifPresent(line ->
                                    assertThat(line.content().length)
                                            .isLessThanOrEqualTo(end - start));
                });
    }

    private static byte[] any(Draw draw) {
        return draw.once(2)
                ? draw.bytes()
                : draw.spoilt("2026-01-01T00:00:01.000000001Z stdout F one two");
    }
}
