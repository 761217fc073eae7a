package dev.glovebox.runtimes.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.containerd.ContainerdVersion;
import dev.glovebox.runtimes.Setup.Lane;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
    private static final GvisorPrograms PROGRAMS =
            new GvisorPrograms(
                    Path.of("/opt/gv/runsc"),
                    Optional.of(Path.of("/opt/gv/containerd-shim-runsc-v1")),
                    Path.of("/opt/gv/runsc-launcher"),
                    "systrap",
                    true);
    private static final HandlerTable TABLE =
            new HandlerTable("runsc", Lane.SHIM, PROGRAMS, Path.of("/opt/gv/runsc.toml"));

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({
        "default-1.6.20.toml, 1.6.20",
        "default-1.7.24.toml, 1.7.24",
        "default-1.7.24.toml, 2.1.9",
        "default-2.1.9.toml, 2.1.9",
        "debian.toml, 2.1.9"
    })
    void a_real_file_keeps_every_byte_and_gets_the_handler_at_its_end(
            String resource, String version) throws IOException {
        Path file = copy(resource);
        FileChange change = edit(plan(file, version));
        String before = Files.readString(file);
        assertThat(change.path()).isEqualTo(file);
        assertThat(change.after()).startsWith(before);
        assertThat(new OwnBlock("runsc").cutFrom(change.after())).isEqualTo(before);
        ObjectNode tree = Toml.read(change.after(), "after");
        CriPlugin plugin = ConfigFile.read(file).plugin();
        assertThat(Toml.at(tree, plugin.handler("runsc"))).isEqualTo(TABLE.tree());
        Toml.remove(tree, plugin.handler("runsc"));
        assertThat(tree).isEqualTo(pruned(before, plugin));
    }

    @Test
    void the_shim_reads_gvisors_program_and_platform_and_leaves_profiles_alone() {
        ObjectNode settings = Toml.read(TABLE.shimSettings(), "runsc.toml");
        assertThat(settings.get("binary_name").textValue()).isEqualTo("/opt/gv/runsc");
        assertThat(settings.get("runsc_config").propertyStream().map(Map.Entry::toString))
                .containsExactly("platform=\"systrap\"");
    }

    @Test
    void containerd_1_keeps_the_runc_that_it_has_by_itself_only_where_it_is_named()
            throws IOException {
        Path stock = copy("debian.toml");
        String runc =
                CriPlugin.GRPC.header("runc") + "]\nruntime_type = \"io.containerd.runc.v2\"\n";
        String after = edit(plan(stock, "1.7.24")).after();
        assertThat(after).contains(runc);
        assertThat(edit(plan(stock, "2.1.9")).after()).doesNotContain(runc);
        Files.writeString(stock, after);
        assertThat(
                        planner(stock, "1.7.24")
                                .plan(false, Optional.of(TABLE.shimSettings()))
                                .changes())
                .isEmpty();
        Path named = copy("walkthrough.toml");
        assertThat(edit(plan(named, "1.7.24")).after()).containsOnlyOnce("runtimes.runc]");
    }

    @ParameterizedTest
    @CsvSource({
        "1, plugins.cri.containerd.runtimes.runsc, 1.7.24",
        "2, plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runsc, 2.1.9",
        "3, plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runsc, 2.1.9",
        "4, plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runsc, 2.3.0"
    })
    void each_version_has_its_own_name_for_the_plugin(int version, String header, String containerd)
            throws IOException {
        Path file = write("config.toml", "version = " + version + "\n");
        assertThat(edit(plan(file, containerd)).after()).contains("[" + header + "]\n");
    }

    @Test
    void a_file_without_a_version_is_of_version_1() throws IOException {
        Path file = write("config.toml", "[plugins.cri]\n  sandbox_image = \"a\"\n");
        assertThat(edit(plan(file, "1.6.20")).after())
                .contains("[plugins.cri.containerd.runtimes.runsc]");
        assertThatThrownBy(() -> plan(file, "2.1.9"))
                .hasMessageContaining("configuration version 1")
                .hasMessageContaining("version = 2");
    }

    @ParameterizedTest
    @CsvSource({"3, 1.7.24, 2.0.0", "4, 2.1.9, 2.3.0"})
    void a_version_that_containerd_does_not_read_is_refused_with_the_one_that_does(
            int version, String containerd, String needed) throws IOException {
        Path file = write("config.toml", "version = " + version + "\n");
        assertThatThrownBy(() -> plan(file, containerd))
                .isInstanceOf(ConfigurationRefused.class)
                .hasMessageContaining(containerd)
                .hasMessageContaining(needed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5.11", "3.0.0"})
    void an_unknown_containerd_is_refused(String containerd) throws IOException {
        Path file = write("config.toml", "version = 2\n");
        assertThatThrownBy(() -> plan(file, containerd)).hasMessageContaining(containerd);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "5", "\"2\"", "2.5"})
    void an_unknown_configuration_version_is_refused(String version) throws IOException {
        Path file = write("config.toml", "version = " + version + "\n");
        assertThatThrownBy(() -> plan(file, "2.1.9")).hasMessageContaining("versions 1 to 4");
    }

    @Test
    void a_cri_plugin_that_is_turned_off_is_named() throws IOException {
        Path file = write("config.toml", "disabled_plugins = [\"cri\"]\n");
        assertThatThrownBy(() -> plan(file, "1.7.24")).hasMessageContaining("disabled_plugins");
    }

    @Test
    void the_walkthroughs_bare_handler_is_taken_over_and_its_removed_table_named()
            throws IOException {
        Plan plan = plan(copy("walkthrough.toml"), "2.1.9");
        assertThat(plan.remarks())
                .anyMatch(remark -> remark.contains("runtime.v1.linux"))
                .anyMatch(remark -> remark.contains("ours takes its place"));
        assertThat(edit(plan).after())
                .contains("shim_debug = true")
                .contains("runtimes.runc]")
                .containsOnlyOnce("runtimes.runsc]");
    }

    @Test
    void a_handler_that_says_more_is_refused_and_replaced_when_asked() throws IOException {
        Path file = copy("walkthrough.toml");
        Files.writeString(
                file, Files.readString(file) + "  pod_annotations = [\"dev.gvisor.*\"]\n");
        assertThatThrownBy(() -> plan(file, "2.1.9")).hasMessageContaining("--replace");
        Plan plan = planner(file, "2.1.9").plan(true, Optional.empty());
        assertThat(edit(plan).after())
                .doesNotContain("\"dev.gvisor.*\"")
                .containsOnlyOnce("runtimes.runsc]");
    }

    @Test
    void the_walkthroughs_removed_table_is_no_matter_to_containerd_1() throws IOException {
        Path file = copy("walkthrough.toml");
        assertThat(plan(file, "1.7.24").remarks())
                .noneMatch(remark -> remark.contains("runtime.v1.linux"));
    }

    @Test
    void replacing_keeps_the_comments_and_tables_around_the_handler() throws IOException {
        Path file =
                write(
                        "config.toml",
                        """
                        version = 2
                        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runsc] # old
                          runtime_type = "io.containerd.runsc.v1"
                          pod_annotations = [ # with a bracket ]
                            "a", 'b]',
                          ]
                          [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runsc.options]
                            ConfigPath = '''
                        [not.a.header]
                        '''

                        # about kata
                        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.kata]
                          runtime_type = "io.containerd.kata.v2"
                        """);
        String after = edit(planner(file, "1.7.24").plan(true, Optional.empty())).after();
        assertThat(after)
                .startsWith(
                        """
                        version = 2

                        # about kata
                        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.kata]
                          runtime_type = "io.containerd.kata.v2"
                        """)
                .doesNotContain("not.a.header");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "version = 2\nplugins = {}\n",
                "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd]\nruntimes = {runc = {}}\n",
                "version = 2\n[plugins.'io.containerd.grpc.v1.cri'.containerd]\nruntimes.runsc.a = 1\n"
            })
    void a_file_that_cannot_be_changed_by_lines_is_refused(String text) throws IOException {
        Path file = write("config.toml", text);
        assertThatThrownBy(() -> planner(file, "1.7.24").plan(true, Optional.empty()))
                .isInstanceOf(ConfigurationRefused.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void line_ends_and_a_last_line_without_one_are_kept() throws IOException {
        Path file = write("config.toml", "version = 2\r\nroot = \"/r\"");
        String after = edit(plan(file, "1.7.24")).after();
        assertThat(after).startsWith("version = 2\r\nroot = \"/r\"\r\n\r\n# glovebox");
        assertThat(after.replace("\r\n", "")).doesNotContain("\n");
    }

    @Test
    void a_second_plan_changes_nothing() throws IOException {
        Path file = copy("default-2.1.9.toml");
        Plan first = plan(file, "2.1.9");
        Files.writeString(file, edit(first).after());
        Plan second = planner(file, "2.1.9").plan(false, Optional.of(TABLE.shimSettings()));
        assertThat(second.changes()).isEmpty();
        assertThat(second.diff()).isEmpty();
    }

    @Test
    void a_newer_gvisor_takes_the_place_of_our_own_block() throws IOException {
        Path file = copy("debian.toml");
        Files.writeString(file, edit(plan(file, "2.1.9")).after());
        HandlerTable newer =
                new HandlerTable("runsc", Lane.LAUNCHER, PROGRAMS, Path.of("/opt/gv/runsc.toml"));
        Plan plan = planner(file, "2.1.9", newer).plan(false, Optional.empty());
        assertThat(edit(plan).after())
                .containsOnlyOnce("containerd.runtimes.runsc]")
                .contains("BinaryName = \"/opt/gv/runsc-launcher\"");
    }

    @Test
    void containerd_2_gets_a_drop_in_of_the_files_own_version() throws IOException {
        Files.createDirectory(directory.resolve("conf.d"));
        for (int version : List.of(2, 3)) {
            Path file =
                    write(
                            "config.toml",
                            "version = " + version + "\nimports = [\"conf.d/*.toml\"]\n");
            FileChange change = edit(plan(file, "2.1.9"));
            assertThat(change.path()).isEqualTo(directory.resolve("conf.d/glovebox-runsc.toml"));
            assertThat(change.before()).isEmpty();
            assertThat(change.after()).contains("\nversion = " + version + "\n");
        }
    }

    @Test
    void containerd_1_gets_no_drop_in_because_it_would_replace_the_cri_plugins_table()
            throws IOException {
        Files.createDirectory(directory.resolve("conf.d"));
        Path file =
                write(
                        "config.toml",
                        "version = 2\nimports = [\"%s/conf.d/*.toml\"]\n".formatted(directory));
        Plan plan = plan(file, "1.7.24");
        assertThat(edit(plan).path()).isEqualTo(file);
        assertThat(plan.remarks()).anyMatch(remark -> remark.contains("containerd 1.x"));
        Path imported =
                write(
                        "conf.d/a.toml",
                        "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\"]\nsandbox_image = \"a\"\n");
        assertThat(edit(plan(file, "1.7.24")).path())
                .as("the file whose table containerd 1 takes")
                .isEqualTo(imported);
    }

    @Test
    void a_handler_in_an_imported_file_is_found() throws IOException {
        Files.createDirectory(directory.resolve("conf.d"));
        Path file = write("config.toml", "version = 3\nimports = [\"conf.d/*.toml\"]\n");
        write(
                "conf.d/a.toml",
                "[plugins.cri.containerd.runtimes.runsc]\nruntime_type = \"x\"\nversion = 1\n");
        assertThatThrownBy(() -> plan(file, "2.1.9")).hasMessageContaining("conf.d/a.toml");
    }

    @Test
    void a_template_that_is_not_there_begins_with_the_base_and_one_that_is_keeps_what_it_has()
            throws IOException {
        Path file = directory.resolve("config-v3.toml.tmpl");
        assertThat(edit(plan(file, "2.1.9")).after())
                .startsWith("{{ template \"base\" . }}\n\n# glovebox")
                .contains("plugins.'io.containerd.cri.v1.runtime'");
        Path old = write("config.toml.tmpl", "{{ template \"base\" . }}\n# mine\n");
        assertThat(edit(plan(old, "1.7.24")).after())
                .startsWith("{{ template \"base\" . }}\n# mine\n\n# glovebox")
                .contains("plugins.\"io.containerd.grpc.v1.cri\"");
    }

    /// k3s reads the newest template that there is, and no other.
    @Test
    void a_template_that_nobody_would_read_or_that_hides_another_is_refused() throws IOException {
        Path newer = directory.resolve("config-v3.toml.tmpl");
        Path older = write("config.toml.tmpl", "{{ template \"base\" . }}\n# mine\n");
        assertThatThrownBy(() -> plan(newer, "2.1.9"))
                .hasMessageContaining("nobody reads " + older);
        assertThat(edit(plan(older, "2.1.9")).after())
                .contains("plugins.\"io.containerd.grpc.v1.cri\"");
        write("config-v3.toml.tmpl", "{{ template \"base\" . }}\n");
        assertThatThrownBy(() -> plan(older, "2.1.9"))
                .hasMessageContaining("is not read")
                .hasMessageContaining(newer.toString());
        assertThat(edit(plan(newer, "2.1.9")).after()).contains("io.containerd.cri.v1.runtime");
        assertThat(edit(plan(older, "1.7.24")).after()).contains("# mine");
    }

    @Test
    void what_k3s_makes_anew_is_refused_with_its_templates_name_unless_it_imports()
            throws IOException {
        String head =
                "# File generated by k3s. DO NOT EDIT. Use config.toml.tmpl instead.\nversion = 3\n";
        Path file = write("config.toml", head);
        assertThatThrownBy(() -> plan(file, "2.1.9")).hasMessageContaining("config-v3.toml.tmpl");
        String older =
                """
                # File generated by k3s. DO NOT EDIT. Use config.toml.tmpl instead.
                version = 2
                imports = ["config.toml.d/*.toml"]
                """;
        Path two = write("two.toml", older);
        assertThatThrownBy(() -> plan(two, "1.7.24"))
                .hasMessageContaining("does not merge")
                .hasMessageContaining("config.toml.tmpl");
        write("config.toml", head + "imports = [\"config-v3.toml.d/*.toml\"]\n");
        assertThat(edit(plan(file, "2.1.9")).path())
                .isEqualTo(directory.resolve("config-v3.toml.d/glovebox-runsc.toml"));
    }

    @Test
    void a_symbolic_link_a_missing_file_and_bytes_that_are_no_text_are_refused()
            throws IOException {
        Path file = write("config.toml", "version = 2\n");
        Path link = Files.createSymbolicLink(directory.resolve("link.toml"), file);
        assertThatThrownBy(() -> plan(link, "1.7.24")).hasMessageContaining("symbolic link");
        assertThatThrownBy(() -> plan(directory.resolve("none.toml"), "1.7.24"))
                .hasMessageContaining("there is no");
        Path binary = Files.write(directory.resolve("b.toml"), new byte[] {(byte) 0xff, 0});
        assertThatThrownBy(() -> plan(binary, "1.7.24")).hasMessageContaining("UTF-8");
        Path broken = write("broken.toml", "version = 2\n[plugins\n");
        assertThatThrownBy(() -> plan(broken, "1.7.24")).hasMessageContaining("broken.toml");
    }

    private Plan plan(Path file, String containerd) {
        return planner(file, containerd).plan(false, Optional.empty());
    }

    private static Planner planner(Path file, String containerd) {
        return planner(file, containerd, TABLE);
    }

    private static Planner planner(Path file, String containerd, HandlerTable table) {
        return new Planner(
                Planner.Configuration.read(file, "runsc"),
                ContainerdVersion.parse(containerd),
                table);
    }

    /// The change of the configuration, beside that of the shim's settings.
    private static FileChange edit(Plan plan) {
        return plan.changes().getLast();
    }

    /// A tree without tables that are empty once the handler is taken out of them.
    private static ObjectNode pruned(String text, CriPlugin plugin) {
        ObjectNode tree = Toml.read(text, "before");
        Toml.put(tree, plugin.handler("runsc"), TABLE.tree());
        Toml.remove(tree, plugin.handler("runsc"));
        return tree;
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private Path copy(String resource) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(PlannerTest.class.getResourceAsStream(resource))) {
            return write("config.toml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
