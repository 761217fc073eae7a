package dev.glovebox.runtimes.gvisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunscSearchTest {
    private static final RunscProgram PROGRAM = new RunscProgram(Duration.ofSeconds(30));
    private static final RunscSearch.PackagedRunsc UNREACHABLE =
            () -> new RunscSearch.PackagedRunsc.Unavailable("the mirror cannot be reached");

    @TempDir Path directory;

    @Test
    void the_newest_on_path_is_taken_and_nothing_is_fetched() throws IOException {
        Path older = runsc("a", "runsc version release-20250101.0");
        Path newer = runsc("b", "runsc version release-20260101.0");
        RunscSearch search =
                search(
                        List.of(older, newer),
                        () -> {
                            throw new AssertionError("nothing need be fetched");
                        });
        assertThat(search.find())
                .isInstanceOfSatisfying(
                        RunscSearch.Found.class,
                        found -> assertThat(found.runsc()).isEqualTo(newer.resolve("runsc")));
    }

    @Test
    void a_runsc_of_2022_is_refused_by_name() throws IOException {
        Path old = runsc("old", "runsc version 0.0~20221219.0");
        assertThat(search(List.of(old), UNREACHABLE).find())
                .isInstanceOfSatisfying(
                        RunscSearch.Missing.class,
                        missing ->
                                assertThat(missing.why())
                                        .contains("0.0~20221219.0")
                                        .contains("too old to be sold as security")
                                        .contains("the mirror cannot be reached"));
    }

    @Test
    void without_one_on_path_the_package_is_taken() throws IOException {
        Path unpacked = runsc("package", "runsc version 0.0~20240729.0").resolve("runsc");
        RunscSearch search =
                search(List.of(), () -> new RunscSearch.PackagedRunsc.Unpacked(unpacked));
        assertThat(search.find())
                .isInstanceOfSatisfying(
                        RunscSearch.Found.class,
                        found -> assertThat(found.runsc()).isEqualTo(unpacked));
    }

    @Test
    void a_package_that_is_too_old_is_refused_too() throws IOException {
        Path unpacked = runsc("package", "runsc version 0.0~20221219.0").resolve("runsc");
        RunscSearch search =
                search(List.of(), () -> new RunscSearch.PackagedRunsc.Unpacked(unpacked));
        assertThat(search.find()).isInstanceOf(RunscSearch.Missing.class);
    }

    @Test
    void a_program_that_is_not_runsc_is_named() throws IOException {
        Path other = runsc("other", "hello");
        assertThat(search(List.of(other), UNREACHABLE).find())
                .isInstanceOfSatisfying(
                        RunscSearch.Missing.class,
                        missing ->
                                assertThat(missing.why())
                                        .contains("--version does not name a gVisor release"));
    }

    private RunscSearch search(List<Path> path, RunscSearch.PackagedRunsc packaged) {
        return new RunscSearch(path, packaged, PROGRAM);
    }

    private Path runsc(String name, String answer) throws IOException {
        Path home = Files.createDirectory(directory.resolve(name));
        Path program =
                Files.writeString(home.resolve("runsc"), "#!/bin/sh\necho '" + answer + "'\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return home;
    }
}
