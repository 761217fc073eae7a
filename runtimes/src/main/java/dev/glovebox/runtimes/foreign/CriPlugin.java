package dev.glovebox.runtimes.foreign;

import java.util.ArrayList;
import java.util.List;

/// What containerd's configuration versions call the plugin that has the runtime handlers.
enum CriPlugin {
    /// Version 1, which has no qualified names: containerd before 2.0.
    SHORT("cri", "cri"),
    /// Version 2: containerd 1.3 and newer. containerd 2 reads a whole file of it as version 3.
    GRPC("\"io.containerd.grpc.v1.cri\"", "io.containerd.grpc.v1.cri"),
    /// Versions 3 and 4: containerd 2.0 and 2.3 and newer.
    RUNTIME("'io.containerd.cri.v1.runtime'", "io.containerd.cri.v1.runtime");

    /// The newest configuration version that is known.
    static final int NEWEST = 4;

    private final String quoted;
    private final String id;

    CriPlugin(String quoted, String id) {
        this.quoted = quoted;
        this.id = id;
    }

    /// The plugin in a file of that version, 1 to [#NEWEST].
    static CriPlugin of(int version) {
        return switch (version) {
            case 1 -> SHORT;
            case 2 -> GRPC;
            case 3, NEWEST -> RUNTIME;
            default -> throw new IllegalArgumentException("configuration version " + version);
        };
    }

    /// Its keys: those of its own table.
    List<String> path() {
        return List.of("plugins", id);
    }

    /// The keys of a handler's table.
    List<String> handler(String name) {
        List<String> keys = new ArrayList<>(path());
        keys.addAll(List.of("containerd", "runtimes", name));
        return keys;
    }

    /// A handler's table as its header writes it, without brackets.
    String header(String handler) {
        return "plugins." + quoted + ".containerd.runtimes." + handler;
    }

    /// Every name under which `disabled_plugins` can turn it off.
    static List<String> names() {
        return List.of(SHORT.id, GRPC.id, RUNTIME.id);
    }
}
