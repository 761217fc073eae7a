package dev.glovebox.containerd.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AptSourcesTest {
    @Test
    void a_line_may_carry_options_and_a_comment() {
        assertThat(
                        AptSources.oneLine(
                                """
                                # deb http://old.example/debian bookworm main
                                deb [arch=amd64 signed-by=/a.gpg,/b.gpg] http://m.example/debian bookworm main contrib # ours
                                deb-src http://m.example/debian bookworm main
                                deb http://m.example/debian
                                """))
                .containsExactly(
                        new AptSource(
                                List.of("http://m.example/debian"),
                                List.of("bookworm"),
                                List.of("main", "contrib"),
                                "/a.gpg /b.gpg"));
    }

    @Test
    void a_paragraph_may_name_several_suites_and_hold_a_key() {
        List<AptSource> sources =
                AptSources.deb822(
                        """
                        Types: deb deb-src
                        # a comment inside
                        URIs: http://m.example/debian
                        Suites: bookworm bookworm-updates
                        Components: main
                        Signed-By:
                         -----BEGIN PGP PUBLIC KEY BLOCK-----
                         .
                         abc

                        Types: deb
                        URIs: http://other.example
                        Suites: bookworm
                        Components: main
                        Enabled: no
                        """);
        assertThat(sources).hasSize(1);
        assertThat(sources.getFirst().suites()).containsExactly("bookworm", "bookworm-updates");
        assertThat(sources.getFirst().forSuites(List.of("trixie")).stanza())
                .isEqualTo(
                        """
                        Types: deb
                        URIs: http://m.example/debian
                        Suites: trixie
                        Components: main
                        Targets: Packages
                        Signed-By:\s
                         -----BEGIN PGP PUBLIC KEY BLOCK-----
                         .
                         abc
                        """);
    }

    @Test
    void a_source_that_asks_for_blind_trust_is_carried_without_it() {
        AptSource source =
                AptSources.oneLine("deb [trusted=yes] http://m.example/debian bookworm main")
                        .getFirst();
        assertThat(source.stanza().toLowerCase(java.util.Locale.ROOT)).doesNotContain("trusted");
    }

    @Test
    void security_and_updates_belong_to_their_suite_and_backports_do_not() {
        AptSource source =
                new AptSource(
                        List.of("http://m.example/debian"),
                        List.of(
                                "bookworm",
                                "bookworm-updates",
                                "bookworm-security/",
                                "bookworm-backports"),
                        List.of("main"),
                        "");
        assertThat(source.suitesOf("bookworm"))
                .containsExactly("bookworm", "bookworm-updates", "bookworm-security");
    }

    @Test
    void files_are_read_in_apts_order_and_others_are_left_out(@TempDir Path etc)
            throws IOException {
        Path parts = Files.createDirectory(etc.resolve("sources.list.d"));
        Files.writeString(etc.resolve("sources.list"), "deb http://one.example s main\n");
        Files.writeString(parts.resolve("b.list"), "deb http://three.example s main\n");
        Files.writeString(
                parts.resolve("a.sources"),
                "Types: deb\nURIs: http://two.example\nSuites: s\nComponents: main\n");
        Files.writeString(parts.resolve("c.list.disabled"), "deb http://four.example s main\n");
        assertThat(AptSources.read(etc))
                .flatExtracting(AptSource::uris)
                .containsExactly(
                        "http://one.example", "http://two.example", "http://three.example");
    }
}
