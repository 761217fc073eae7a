package dev.glovebox.runtimes.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.containerd.ContainerdVersion;
import dev.glovebox.runtimes.Setup.Lane;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Decides which file gets a handler's table, and with which text. Reads nothing: pure.
final class Planner {
    private static final String NEWER_TEMPLATE = "config-v3.toml.tmpl";
    private static final String OLDER_TEMPLATE = "config.toml.tmpl";
    private static final ContainerdVersion TWO = new ContainerdVersion(2, 0, 0);
    private static final int LAST_WITHOUT_MERGING = 2;

    private final Configuration configuration;
    private final Optional<ContainerdVersion> containerd;
    private final HandlerTable table;

    Planner(
            Configuration configuration,
            Optional<ContainerdVersion> containerd,
            HandlerTable table) {
        this.configuration = configuration;
        this.containerd = containerd;
        this.table = table;
    }

    /// A containerd's configuration as it is.
    ///
    /// @param main the file that containerd is given
    /// @param imported the files that it imports, in order
    /// @param dropIn where a new file of ours would be imported from; empty where nowhere
    record Configuration(ConfigFile main, List<ConfigFile> imported, Optional<Path> dropIn) {
        Configuration {
            Objects.requireNonNull(main, "main");
            imported = List.copyOf(imported);
            Objects.requireNonNull(dropIn, "dropIn");
        }

        /// Reads a file and those that it imports.
        static Configuration read(Path file, String handler) {
            ConfigFile main = ConfigFile.read(file);
            Imports imports = Imports.of(main);
            return new Configuration(
                    main,
                    imports.files().stream().map(ConfigFile::read).toList(),
                    imports.placeFor("glovebox-" + handler + ".toml"));
        }

        private List<ConfigFile> all() {
            List<ConfigFile> all = new ArrayList<>(List.of(main));
            all.addAll(imported);
            return all;
        }
    }

    /// The plan.
    ///
    /// @param replace whether a handler of the same name that is not ours may be replaced
    /// @param settings what the official shim's settings say now; empty where there are none
    Plan plan(boolean replace, Optional<String> settings) {
        List<String> remarks = new Objections(configuration.main(), containerd).remarks();
        List<FileChange> changes = new ArrayList<>();
        if (table.lane() == Lane.SHIM) {
            changes.add(new FileChange(table.runscToml(), settings, table.shimSettings()));
        }
        FileChange main = change(replace);
        if (configuration.all().stream()
                .anyMatch(file -> isBare(file) && file.path().equals(main.path()))) {
            remarks.add(
                    main.path()
                            + " has a handler "
                            + table.name()
                            + " that says no more than that it is gVisor; ours takes its place");
        }
        changes.add(main);
        changes.removeIf(FileChange::changesNothing);
        if (why(main.path())) {
            remarks.add(
                    "it goes into the file itself, because containerd 1.x takes what an imported file"
                            + " says of the CRI plugin for all that is said of it");
        }
        return new Plan(table, main.path(), changes, remarks);
    }

    private boolean why(Path place) {
        return configuration.dropIn().isPresent()
                && configuration.main().path().equals(place)
                && !mergesImports();
    }

    private FileChange change(boolean replace) {
        if (configuration.main().kind() == ConfigFile.Kind.TEMPLATE) {
            return template(replace);
        }
        OwnBlock block = new OwnBlock(table.name());
        Optional<ConfigFile> ours =
                configuration.all().stream()
                        .filter(file -> block.isIn(file.text().orElse("")))
                        .findFirst();
        if (ours.isPresent()) {
            return ours.get().path().equals(configuration.dropIn().orElse(null))
                    ? dropIn(ours.get().path(), ours.get().text())
                    : edit(ours.get());
        }
        Optional<ConfigFile> theirs =
                configuration.all().stream().filter(this::defines).findFirst();
        if (theirs.isPresent()) {
            refuseUnless(replace || isBare(theirs.get()), theirs.get().path());
            return edit(theirs.get());
        }
        if (configuration.dropIn().isPresent() && mergesImports()) {
            return dropIn(configuration.dropIn().get(), Optional.empty());
        }
        refuseGenerated();
        return edit(owner());
    }

    /// containerd 2 merges tables of imported files key by key; 1.x replaces the plugin's whole
    /// table by that of the file that it reads last (seen with 1.6.20, 1.7.24 and 2.1.9).
    private boolean mergesImports() {
        return configuration.main().version() > LAST_WITHOUT_MERGING
                || containerd.filter(version -> version.compareTo(TWO) >= 0).isPresent();
    }

    private ConfigFile owner() {
        return mergesImports()
                ? configuration.main()
                : configuration.all().reversed().stream()
                        .filter(file -> file.at(file.plugin().path()).isObject())
                        .findFirst()
                        .orElse(configuration.main());
    }

    private boolean defines(ConfigFile file) {
        return !file.at(file.plugin().handler(table.name())).isMissingNode();
    }

    /// Whether a handler says that it is gVisor and nothing more, as instructions for gVisor have
    /// it: there is nothing of anybody's in it that could be lost.
    private boolean isBare(ConfigFile file) {
        JsonNode handler = file.at(file.plugin().handler(table.name()));
        return handler.size() == 1
                && handler.path("runtime_type").asText().equals("io.containerd.runsc.v1");
    }

    private void refuseUnless(boolean replace, Path file) {
        if (!replace) {
            throw new ConfigurationRefused(
                    file
                            + " has a handler "
                            + table.name()
                            + " already, which is not ours; --replace puts ours in its place");
        }
    }

    private void refuseGenerated() {
        ConfigFile main = configuration.main();
        if (main.kind() == ConfigFile.Kind.GENERATED) {
            throw new ConfigurationRefused(
                    main.path()
                            + " is written anew at every start"
                            + (configuration.dropIn().isPresent()
                                    ? ", and containerd 1.x does not merge what it imports"
                                    : " and imports no directory")
                            + "; name the template beside it: --containerd "
                            + main.path()
                                    .resolveSibling(
                                            main.version() >= 3 ? NEWER_TEMPLATE : OLDER_TEMPLATE));
        }
    }

    private FileChange dropIn(Path path, Optional<String> before) {
        List<String> lines = new ArrayList<>();
        lines.add("version = " + configuration.main().version());
        lines.add("");
        lines.addAll(table.lines(configuration.main().plugin()));
        FileChange change =
                new FileChange(path, before, new OwnBlock(table.name()).appendedTo("", lines));
        ObjectNode expected = Toml.read("version = " + configuration.main().version(), "ours");
        Toml.put(expected, configuration.main().plugin().handler(table.name()), table.tree());
        return checked(change, expected);
    }

    private FileChange edit(ConfigFile file) {
        OwnBlock block = new OwnBlock(table.name());
        List<String> path = file.plugin().handler(table.name());
        String theirs = block.cutFrom(file.text().orElse(""));
        List<String> lines = new ArrayList<>();
        ObjectNode expected = file.tree().deepCopy();
        if (losesRunc(file, theirs)) {
            lines.addAll(HandlerTable.runcLines(file.plugin()));
            Toml.put(expected, file.plugin().handler("runc"), HandlerTable.runc());
        }
        lines.addAll(table.lines(file.plugin()));
        Toml.put(expected, path, table.tree());
        String base = new TomlSections(theirs).without(path);
        return checked(
                new FileChange(file.path(), file.text(), block.appendedTo(base, lines)), expected);
    }

    /// containerd 1.x has a handler runc by itself for as long as its file names none at all (seen
    /// with 1.6.20 and 1.7.24): ours would take it away.
    private boolean losesRunc(ConfigFile file, String theirs) {
        List<String> runc = file.plugin().handler("runc");
        ObjectNode tree = Toml.read(theirs, file.path().toString());
        return !mergesImports() && Toml.at(tree, runc.subList(0, runc.size() - 1)).isMissingNode();
    }

    /// A change after which the file reads as it did, and ours besides; else a refusal.
    private FileChange checked(FileChange change, JsonNode expected) {
        String what = change.path() + " with handler " + table.name() + " at its end";
        if (!Toml.read(change.after(), what).equals(expected)) {
            throw new ConfigurationRefused(
                    what
                            + " would not say what it says now and the handler besides: its tables are"
                            + " written in a way that cannot be changed line by line");
        }
        return change;
    }

    private FileChange template(boolean replace) {
        ConfigFile file = configuration.main();
        refuseUnreadTemplate(file);
        OwnBlock block = new OwnBlock(table.name());
        String text = block.cutFrom(file.text().orElse("{{ template \"base\" . }}\n"));
        if (text.contains(".containerd.runtimes." + table.name())
                || text.contains(".containerd.runtimes.\"" + table.name())
                || text.contains(".containerd.runtimes.'" + table.name())) {
            throw new ConfigurationRefused(
                    file.path()
                            + " has a handler "
                            + table.name()
                            + " already, and a template is not changed by parts"
                            + (replace ? ", not by --replace either" : "")
                            + "; take it out, or choose another --handler");
        }
        return new FileChange(
                file.path(), file.text(), block.appendedTo(text, table.lines(file.plugin())));
    }

    /// k3s and rke2 of containerd 2 read one template, and that of version 3 first: a new one of
    /// that version takes the place of a template that somebody has written, and one of version 2
    /// beside it is never read.
    private void refuseUnreadTemplate(ConfigFile file) {
        Path other =
                file.path().resolveSibling(file.version() >= 3 ? OLDER_TEMPLATE : NEWER_TEMPLATE);
        if (!mergesImports() || other.equals(file.path()) || Files.notExists(other)) {
            return;
        }
        if (file.version() < 3) {
            throw new ConfigurationRefused(
                    file.path() + " is not read, because there is " + other + "; name that one");
        }
        if (file.text().isEmpty()) {
            throw new ConfigurationRefused(
                    "with "
                            + file.path()
                            + " nobody reads "
                            + other
                            + " any more; name that one, or move what it says");
        }
    }
}
