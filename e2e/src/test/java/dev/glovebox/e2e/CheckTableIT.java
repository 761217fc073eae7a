package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The table of `docs/check.md`, measured anew: real programs of Debian's packages, each with some
/// work to do. In the long profile: their packages are some 300 MiB.
@Tag("long")
@SharedEngine
class CheckTableIT {
    private static final String LIBRARY = "example.test/checked/";

    private final Engine engine;
    @TempDir private static Path scratch;

    CheckTableIT(Engine engine) {
        this.engine = engine;
    }

    @ParameterizedTest
    @EnumSource
    void it_runs_the_same(Program program) {
        var name = LIBRARY + program.word() + ":1";
        var archive = scratch.resolve(program.word() + ".tar");
        program.image().dockerSave(name, archive);
        engine.run("image", "load", archive.toString()).ok();
        var words = new ArrayList<>(List.of("--yes", "--json", "--timeout", "120s"));
        words.addAll(program.words(name));
        var ran =
                engine.command("check", words.toArray(String[]::new))
                        .within(Duration.ofMinutes(8))
                        .run();
        var report = Kubectl.json(ran.out());
        System.out.println(row(program, report));
        assertThat(report.required("verdict").textValue()).as(ran.toString()).isEqualTo("same");
        assertThat(
                        report.at("/gvisor/stdout").textValue()
                                + report.at("/gvisor/answer/stdout").asText())
                .contains(program.seen);
        engine.run("image", "remove", name).ok();
    }

    /// A line of the table.
    private static String row(Program program, JsonNode report) {
        var refused = new ArrayList<String>();
        report.required("refused").forEach(each -> refused.add(each.required("call").textValue()));
        return "| %s | %s | %s | %s | %s |"
                .formatted(
                        program.word(),
                        report.required("sentence").textValue(),
                        figures(report.required("runc")),
                        figures(report.required("gvisor")),
                        String.join(", ", refused));
    }

    private static String figures(JsonNode side) {
        return "%.1f s, cpu %.1f s, %d MiB"
                .formatted(
                        side.required("seconds").doubleValue(),
                        side.path("cpuSeconds").doubleValue(),
                        side.path("memoryPeak").longValue() >> 20);
    }

    /// What is checked. What it has to do lies in `resources/checked`.
    enum Program {
        NGINX("", "wget -qO- http://127.0.0.1/ | grep title", "Welcome to nginx"),
        PYTHON3("python3", "", "sqlite 199990000"),
        REDIS("redis-server redis-tools", "", "/tmp/dump.rdb"),
        POSTGRESQL("postgresql-15 tzdata", "", "stopped"),
        JVM("openjdk-17-jre-headless", "", "answered 200"),
        NODE("nodejs", "", "fetched hello");

        private final String packages;
        private final String question;
        private final String seen;

        Program(String packages, String question, String seen) {
            this.packages = packages;
            this.question = question;
            this.seen = seen;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// Options, the image's name and the command.
        List<String> words(String image) {
            return question.isEmpty()
                    ? List.of(image, "--", "sh", "-c", resource(word() + ".sh"))
                    : List.of("--ask", question, image);
        }

        Image image() {
            if (this == NGINX) {
                return Images.nginx();
            }
            var root =
                    new DebianRoot(
                                    List.of(packages.split(" ", -1)),
                                    List.of("postgres:x:101:0:postgres:/pg:/bin/sh"))
                            .at(Path.of("target", "checked", word()).toAbsolutePath());
            if (this == JVM) {
                compile(root.resolve("app"));
            }
            return Image.of(root, List.of("/bin/sh"));
        }
    }

    private static void compile(Path classes) {
        try {
            Files.createDirectories(classes);
            var source = Files.writeString(scratch.resolve("Work.java"), resource("Work.java"));
            var failed =
                    ToolProvider.getSystemJavaCompiler()
                            .run(
                                    null,
                                    null,
                                    null,
                                    "--release",
                                    "17",
                                    "-d",
                                    classes.toString(),
                                    source.toString());
            assertThat(failed).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot compile the work of a JVM", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = CheckTableIT.class.getResourceAsStream("/checked/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
