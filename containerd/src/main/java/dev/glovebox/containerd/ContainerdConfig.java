package dev.glovebox.containerd;

import java.nio.file.Path;
import java.util.stream.Collectors;

/// The text of a containerd configuration file. Pure.
final class ContainerdConfig {
    private static final String CRI_2 = "io.containerd.grpc.v1.cri";
    private static final String RUNTIME_3 = "io.containerd.cri.v1.runtime";
    private static final String IMAGES_3 = "io.containerd.cri.v1.images";

    /// Snapshotters that need devices or file systems of their own, and would only log that they
    /// have none; and OpenTelemetry, which asks for an endpoint.
    private static final String DISABLED =
            """
            disabled_plugins = [
              "io.containerd.snapshotter.v1.aufs",
              "io.containerd.snapshotter.v1.btrfs",
              "io.containerd.snapshotter.v1.devmapper",
              "io.containerd.snapshotter.v1.zfs",
              "io.containerd.tracing.processor.v1.otlp",
              "io.containerd.internal.v1.tracing",
            ]
            """;

    private ContainerdConfig() {}

    /// The configuration for that version of containerd.
    ///
    /// @param restrictOom whether root lacks CAP_SYS_RESOURCE and so may not lower a process's
    ///   `oom_score_adj`: without it no pod starts on such a machine
    static String render(
            ContainerdSettings settings, ContainerdVersion version, boolean restrictOom) {
        return version.configVersion() == 3
                ? versionThree(settings, restrictOom)
                : versionTwo(settings, restrictOom);
    }

    private static String versionTwo(ContainerdSettings settings, boolean restrictOom) {
        return head(2, settings)
                + """

                [plugins."%1$s"]
                sandbox_image = %2$s
                restrict_oom_score_adj = %3$s
                stream_server_address = "127.0.0.1"
                stream_server_port = "0"
                netns_mounts_under_state_dir = true
                tolerate_missing_hugetlb_controller = true
                max_container_log_line_size = 16384

                [plugins."%1$s".cni]
                bin_dir = %4$s
                conf_dir = %5$s
                max_conf_num = 1

                [plugins."%1$s".registry]
                config_path = %6$s

                [plugins."%1$s".containerd]
                default_runtime_name = %7$s
                snapshotter = "overlayfs"
                """
                        .formatted(
                                CRI_2,
                                quote(settings.sandboxImage()),
                                restrictOom,
                                quote(settings.cniPlugins()),
                                quote(settings.cniConfig()),
                                quote(settings.root().resolve("registries")),
                                quote(settings.handlers().getFirst().name()))
                + runtimes(CRI_2, settings);
    }

    /// With none of the plugins that change containers (NRI): containerd 2 would take them from
    /// directories and a socket of the machine's.
    private static String versionThree(ContainerdSettings settings, boolean restrictOom) {
        return head(3, settings)
                + """

                [plugins."%1$s"]
                restrict_oom_score_adj = %3$s
                netns_mounts_under_state_dir = true
                tolerate_missing_hugetlb_controller = true
                max_container_log_line_size = 16384

                [plugins."%1$s".cni]
                bin_dirs = [%4$s]
                conf_dir = %5$s
                max_conf_num = 1

                [plugins."%1$s".containerd]
                default_runtime_name = %7$s

                [plugins."%8$s"]
                snapshotter = "overlayfs"

                [plugins."%8$s".pinned_images]
                sandbox = %2$s

                [plugins."%8$s".registry]
                config_path = %6$s

                [plugins."io.containerd.grpc.v1.cri"]
                stream_server_address = "127.0.0.1"
                stream_server_port = "0"

                [plugins."io.containerd.nri.v1.nri"]
                disable = true
                """
                        .formatted(
                                RUNTIME_3,
                                quote(settings.sandboxImage()),
                                restrictOom,
                                quote(settings.cniPlugins()),
                                quote(settings.cniConfig()),
                                quote(settings.root().resolve("registries")),
                                quote(settings.handlers().getFirst().name()),
                                IMAGES_3)
                + runtimes(RUNTIME_3, settings);
    }

    private static String head(int version, ContainerdSettings settings) {
        return """
        version = %d
        root = %s
        state = %s
        %s
        [grpc]
        address = %s
        uid = 0
        gid = 0

        [ttrpc]
        address = %s
        uid = 0
        gid = 0

        [debug]
        level = "warn"
        """
                .formatted(
                        version,
                        quote(settings.root()),
                        quote(settings.state().resolve("containerd")),
                        DISABLED,
                        quote(settings.socket()),
                        quote(settings.state().resolve("containerd.ttrpc.sock")));
    }

    private static String runtimes(String plugin, ContainerdSettings settings) {
        return settings.handlers().stream()
                .map(handler -> runtime(plugin, handler) + options(plugin, handler))
                .collect(Collectors.joining());
    }

    private static String runtime(String plugin, Handler handler) {
        return """

        [plugins."%s".containerd.runtimes.%s]
        runtime_type = %s
        """
                .formatted(plugin, handler.name(), quote(handler.type()));
    }

    /// What the shim is told: runc's of its program, another one of a file at most. Such a one is
    /// not to give a privileged container the host's devices: it has a machine of its own. No
    /// annotation of a pod's is passed on.
    private static String options(String plugin, Handler handler) {
        if (handler.underRuncShim()) {
            return """

            [plugins."%s".containerd.runtimes.%s.options]
            BinaryName = %s
            Root = %s
            """
                    .formatted(
                            plugin, handler.name(), quote(handler.binary()), quote(handler.root()));
        }
        return handler.configuration()
                .map(file ->
                        """
                        privileged_without_host_devices = true

                        [plugins."%s".containerd.runtimes.%s.options]
                        ConfigPath = %s
                        """
                                .formatted(plugin, handler.name(), quote(file)))
                .orElse("");
    }

    private static String quote(Path path) {
        return quote(path.toString());
    }

    /// A TOML basic string. Paths with control characters are refused where settings are made.
    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
