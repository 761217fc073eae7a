package dev.glovebox.runtimes.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.containerd.ContainerdVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What stands against adding a handler to a configuration under a version of containerd, and what
/// a person should know of it. Pure.
///
/// @param file the file that containerd is given
/// @param containerd its version; empty where it is not known
record Objections(ConfigFile file, Optional<ContainerdVersion> containerd) {
    private static final ContainerdVersion TWO = new ContainerdVersion(2, 0, 0);
    private static final ContainerdVersion READS_4 = new ContainerdVersion(2, 3, 0);
    private static final ContainerdVersion UNKNOWN = new ContainerdVersion(3, 0, 0);

    /// Refuses what cannot work; answers with sentences without full stops.
    List<String> remarks() {
        containerd.ifPresent(this::refuseVersion);
        refuseDisabled();
        List<String> remarks = new ArrayList<>();
        boolean two = containerd.isEmpty() || atLeast(TWO);
        if (two && has("plugins", "io.containerd.runtime.v1.linux")) {
            remarks.add(
                    "the table plugins.\"io.containerd.runtime.v1.linux\" stays as it is: containerd 2.0"
                            + " removed that runtime and reads over the table, so it can go");
        }
        if (file.version() > 2 && has("plugins", "io.containerd.grpc.v1.cri", "containerd")) {
            remarks.add(
                    "the tables below plugins.\"io.containerd.grpc.v1.cri\".containerd are of version 2,"
                            + " and containerd reads over them in a file of version "
                            + file.version());
        }
        if (file.at(path("runc", "options", "SystemdCgroup")).booleanValue()) {
            remarks.add(
                    "runc's cgroups are systemd's here; whether a pod's limits bind gVisor below them"
                            + " was not seen");
        }
        return remarks;
    }

    private void refuseVersion(ContainerdVersion version) {
        if (version.compareTo(ContainerdVersion.OLDEST) < 0 || atLeast(UNKNOWN)) {
            throw new ConfigurationRefused(
                    "containerd " + version + " is not known; known are 1.6 to 2.x");
        }
        if (file.version() == 1 && file.kind() != ConfigFile.Kind.TEMPLATE && atLeast(TWO)) {
            throw new ConfigurationRefused(
                    file.path()
                            + " is of configuration version 1, and containerd "
                            + version
                            + " reads over what such a file says of the CRI plugin; write `version = 2`"
                            + " at its top and the plugins' names in full (\"cri\" is"
                            + " \"io.containerd.grpc.v1.cri\")");
        }
        ContainerdVersion needed = file.version() == 4 ? READS_4 : TWO;
        if (file.version() > 2 && !atLeast(needed)) {
            throw new ConfigurationRefused(
                    "%s is of configuration version %d, which containerd %s does not read (%s and newer do)"
                            .formatted(file.path(), file.version(), version, needed));
        }
    }

    private void refuseDisabled() {
        for (JsonNode each : file.tree().path("disabled_plugins")) {
            if (CriPlugin.names().contains(each.asText())) {
                throw new ConfigurationRefused(
                        file.path()
                                + " turns the CRI plugin off, without which there are no handlers: take \""
                                + each.asText()
                                + "\" out of disabled_plugins");
            }
        }
    }

    private boolean atLeast(ContainerdVersion version) {
        return containerd.filter(mine -> mine.compareTo(version) >= 0).isPresent();
    }

    private boolean has(String... keys) {
        return file.at(List.of(keys)).isObject();
    }

    private List<String> path(String handler, String... keys) {
        List<String> path = new ArrayList<>(file.plugin().handler(handler));
        path.addAll(List.of(keys));
        return path;
    }
}
