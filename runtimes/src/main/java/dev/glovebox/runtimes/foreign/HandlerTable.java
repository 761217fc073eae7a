package dev.glovebox.runtimes.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.runtimes.Setup.Lane;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The handler that is added to a containerd, as text and as the tree that the text has to read as.
///
/// @param name of the handler
/// @param runscToml where the official shim's settings lie
record HandlerTable(String name, Lane lane, GvisorPrograms programs, Path runscToml) {
    /// Of the annotations that gVisor obeys, these name neither a host's path nor a flag; a pod
    /// that nobody trusts may set them.
    static final List<String> POD_ANNOTATIONS =
            List.of(
                    "dev.gvisor.spec.mount.*.share",
                    "dev.gvisor.spec.mount.*.type",
                    "dev.gvisor.spec.mount.*.options");

    private static final String RUNC = "io.containerd.runc.v2";
    private static final String LAUNCHER_ROOT = "/run/containerd/runsc-launcher";

    /// The handler's table as containerd is to read it.
    ObjectNode tree() {
        ObjectNode table = JsonNodeFactory.instance.objectNode().put("runtime_type", type());
        if (lane == Lane.SHIM) {
            table.put("runtime_path", shim().toString());
        }
        POD_ANNOTATIONS.forEach(table.putArray("pod_annotations")::add);
        ObjectNode options = table.putObject("options");
        switch (lane) {
            case SHIM ->
                    options.put("TypeUrl", "io.containerd.runsc.v1.options")
                            .put("ConfigPath", runscToml.toString());
            case LAUNCHER ->
                    options.put("BinaryName", programs.launcher().toString())
                            .put("Root", LAUNCHER_ROOT);
        }
        return table;
    }

    /// The same as lines of a configuration, without their ends.
    List<String> lines(CriPlugin plugin) {
        String header = plugin.header(name);
        ObjectNode table = tree();
        List<String> lines = new ArrayList<>();
        lines.add("[" + header + "]");
        lines.addAll(pairs(table));
        lines.add("");
        lines.add("[" + header + ".options]");
        lines.addAll(pairs((ObjectNode) table.get("options")));
        return lines;
    }

    /// The handler that containerd 1.x has by itself.
    static ObjectNode runc() {
        return JsonNodeFactory.instance.objectNode().put("runtime_type", RUNC);
    }

    /// The same as lines.
    static List<String> runcLines(CriPlugin plugin) {
        List<String> lines = new ArrayList<>();
        lines.add("# containerd 1.x has runc by itself only where no handler is named.");
        lines.add("[" + plugin.header("runc") + "]");
        lines.addAll(pairs(runc()));
        lines.add("");
        return lines;
    }

    /// The programs that run when the handler is used, gVisor itself last.
    List<Path> runs() {
        return List.of(lane == Lane.SHIM ? shim() : programs.launcher(), programs.runsc());
    }

    /// The text of the official shim's settings. Containers are held to no seccomp profile there,
    /// as by gVisor itself: runsc answers each call that a profile refuses with EPERM, and programs
    /// whose C library then does not do without clone3 begin no thread. The launcher mends that.
    String shimSettings() {
        return """
        # Written by `glovebox runtimes configure`; read by gVisor's shim for handler %s.
        binary_name = %s

        # Seccomp profiles of pods do not bind here. With oci-seccomp = "true" they would, but
        # programs of newer C libraries begin no thread then: gVisor answers clone3 with EPERM.
        # Where both are needed: `glovebox runtimes configure --lane launcher`.
        [runsc_config]
        platform = %s
        """
                .formatted(name, quoted(programs.runsc().toString()), quoted(programs.platform()));
    }

    private Path shim() {
        return programs.shim()
                .orElseThrow(() -> new IllegalStateException("the shim's lane without a shim"));
    }

    String type() {
        return lane == Lane.SHIM ? "io.containerd.runsc.v1" : RUNC;
    }

    private static List<String> pairs(ObjectNode table) {
        return table.properties().stream()
                .filter(entry -> !entry.getValue().isObject())
                .map(entry -> entry.getKey() + " = " + value(entry.getValue()))
                .toList();
    }

    private static String value(JsonNode value) {
        return value.isArray()
                ? value.valueStream()
                        .map(each -> quoted(each.textValue()))
                        .collect(Collectors.joining(", ", "[", "]"))
                : quoted(value.textValue());
    }

    /// A TOML basic string.
    private static String quoted(String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new ConfigurationRefused("a path with control characters: " + text.strip());
        }
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
