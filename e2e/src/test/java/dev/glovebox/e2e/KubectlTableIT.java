package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs a table of commands with both kubectls. `docs/compatibility.md` holds what came of it: its
/// part between two marks is written by this test, and has to be what the test would write now.
@SharedEngine
class KubectlTableIT {
    private static final Path DOCUMENT = Path.of("..", "docs", "compatibility.md");
    private static final Path WRITTEN = Path.of("target", "compatibility.md");
    private static final String BEGIN = "<!-- by KubectlTableIT: begin -->\n";
    private static final String END = "<!-- by KubectlTableIT: end -->\n";

    private final Engine engine;
    private final Kubectl newest;
    @TempDir Path home;

    KubectlTableIT(Engine engine, Kubectl newest) {
        this.engine = engine;
        this.newest = newest;
    }

    @Test
    void every_command_does_what_the_table_says() throws IOException {
        List<String> differences = new ArrayList<>();
        List<String> old = run("table-old", Kubectl.old(), differences);
        List<String> now = run("table-new", Kubectl.newest(), differences);
        assertThat(differences).isEmpty();

        String document = Files.readString(DOCUMENT);
        int begin = document.indexOf(BEGIN) + BEGIN.length();
        int end = document.indexOf(END);
        assertThat(end).as("the marks in %s", DOCUMENT).isGreaterThan(begin - 1);
        String written = document.substring(0, begin) + table(old, now) + document.substring(end);
        Files.writeString(WRITTEN, written);
        assertThat(document)
                .as("%s is no longer what was seen; %s is", DOCUMENT, WRITTEN.toAbsolutePath())
                .isEqualTo(written);
    }

    /// @param differences get what is not as the table says
    /// @return what to say of each row
    private List<String> run(String namespace, Path binary, List<String> differences)
            throws IOException {
        var rows = CommandTable.read(namespace, engine.node()).rows();
        var kubectl = new Kubectl(binary, newest.kubeconfig());
        int version = minor(kubectl);
        kubectl.apply(Manifests.namespace(namespace, "trusted")).ok();
        Command shell = shell(namespace, kubectl);
        List<String> seen = new ArrayList<>();
        for (var row : rows) {
            Ran ran = shell.and(row.command()).input(row.input()).run();
            if (version < row.since()) {
                seen.add("wants 1." + row.since());
                assertThat(ran.exit()).as("kubectl is too old for it%n%s", ran).isNotZero();
                continue;
            }
            seen.add(row.fails() ? "error" : "yes");
            String difference = row.difference(ran);
            if (!difference.isEmpty()) {
                differences.add("1." + version + ": " + difference + "\n" + ran);
            }
        }
        kubectl.run("delete", "namespace", namespace, "--timeout=90s").ok();
        return seen;
    }

    private static int minor(Kubectl kubectl) {
        var version = Kubectl.json(kubectl.run("version", "--client", "-o", "json").ok().out());
        return Integer.parseInt(
                version.at("/clientVersion/minor").asText().replaceAll("[^0-9]", ""));
    }

    /// A shell that still wants its line. Its `kubectl` is the one that is tried, in a namespace
    /// and a home of its own.
    private Command shell(String namespace, Kubectl kubectl) throws IOException {
        var own = Files.createDirectories(home.resolve(namespace));
        var bin = Files.createDirectory(own.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("kubectl"), kubectl.binary());
        var kubeconfig = Files.copy(kubectl.kubeconfig(), own.resolve("kubeconfig"));
        new Kubectl(kubectl.binary(), kubeconfig)
                .run("config", "set-context", "--current", "--namespace", namespace)
                .ok();
        var kustomization = Files.createDirectory(own.resolve("kustomization"));
        Files.writeString(
                kustomization.resolve("kustomization.yaml"),
                """
                configMapGenerator: [{name: kustomized, literals: [a=b]}]
                generatorOptions: {disableNameSuffixHash: true}
                """);
        return Command.of("bash", "-c")
                .with("PATH", bin + ":" + System.getenv("PATH"))
                .with("HOME", own.toString())
                .with("KUBECONFIG", kubeconfig.toString())
                .with("NS", namespace)
                .with("NODE", engine.node())
                .with("IMAGE", engine.busybox())
                .within(Duration.ofSeconds(90));
    }

    private String table(List<String> old, List<String> now) {
        var text = new StringBuilder("| command | 1.20 | newest | |\n|---|---|---|---|\n");
        var rows = CommandTable.read("", "").rows();
        String heading = "";
        for (int i = 0; i < rows.size(); i++) {
            var row = rows.get(i);
            if (!row.heading().equals(heading)) {
                heading = row.heading();
                text.append("| **%s** | | | |\n".formatted(heading));
            }
            text.append(
                    "| `%s` | %s | %s | %s |\n"
                            .formatted(
                                    row.command().replace("|", "\\|"),
                                    old.get(i),
                                    now.get(i),
                                    row.note()));
        }
        return text.toString();
    }
}
