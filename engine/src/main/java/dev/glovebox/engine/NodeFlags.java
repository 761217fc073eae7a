package dev.glovebox.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What `serve` was told about its nodes; each is empty where it was not given. Pure.
///
/// @param extent whether it has nodes
/// @param count how many
/// @param runtimes of which node, `NODE=RUNTIME,...` each
/// @param standard handler of pods without a class
/// @param handlers further names of handlers, `NAME=HANDLER` each
/// @param cni what was said about the pods' network
/// @param measureAfter when it is measured by itself what runtimes take
record NodeFlags(
        Optional<Extent> extent,
        String count,
        List<String> runtimes,
        String standard,
        List<String> handlers,
        Cni cni,
        String measureAfter) {
    /// What was said about the pods' network.
    ///
    /// @param config of it
    /// @param plugins directory of its plugins
    record Cni(String config, String plugins) {
        /// Nothing.
        static final Cni NONE = new Cni("", "");
    }

    NodeFlags {
        runtimes = List.copyOf(runtimes);
        handlers = List.copyOf(handlers);
    }

    /// Values of an option that takes back what was said before.
    static final List<String> NOTHING = List.of("");

    /// Nothing was said about handlers.
    NodeFlags(Optional<Extent> extent, String count, List<String> runtimes) {
        this(extent, count, runtimes, "", List.of(), Cni.NONE);
    }

    /// Nothing was said about measuring.
    NodeFlags(
            Optional<Extent> extent,
            String count,
            List<String> runtimes,
            String standard,
            List<String> handlers,
            Cni cni) {
        this(extent, count, runtimes, standard, handlers, cni, "");
    }

    /// Nothing was said.
    static final NodeFlags NONE = new NodeFlags(Optional.empty(), "", List.of());

    /// What is said now holds, else what was said before. There may be more nodes than before, and
    /// not fewer: pods may be running on those that would go.
    ///
    /// @param data the data directory, for messages
    /// @throws EngineException where a flag cannot be understood or does not fit
    EngineSettings over(EngineSettings before, Path data) {
        EngineSettings settings = extent.map(before::withExtent).orElse(before);
        if (settings.extent() == Extent.CONTROL_PLANE) {
            requireNothing();
        }
        if (!count.isEmpty()) {
            int wanted = LocalNodes.count(count);
            requireNotFewer(before, wanted, data);
            settings = settings.withNodes(settings.nodes().withCount(wanted));
        }
        if (!runtimes.isEmpty()) {
            settings =
                    settings.withNodes(
                            settings.nodes().withRuntimes(LocalNodes.runtimes(runtimes)));
        }
        HandlerNames names = settings.nodes().handlerNames();
        settings = measuring(network(settings));
        Map<String, String> more = handlers.isEmpty() ? names.more() : HandlerNames.more(handlers);
        String first = standard.isEmpty() ? names.standard() : standard;
        return settings.withNodes(settings.nodes().withHandlerNames(new HandlerNames(first, more)));
    }

    private EngineSettings measuring(EngineSettings settings) {
        return measureAfter.isEmpty()
                ? settings
                : settings.withNodes(
                        settings.nodes().withMeasureAfter(MeasureAfter.parse(measureAfter)));
    }

    /// The network of a start; that it stays is [ServeFlags]'s.
    private EngineSettings network(EngineSettings settings) {
        if (cni.config().isEmpty()) {
            if (!cni.plugins().isEmpty()) {
                throw new EngineException("--cni-bin goes with --cni-config, which is missing");
            }
            return settings;
        }
        CniSettings wanted =
                new CniSettings(
                        absolute(cni.config()),
                        Optional.of(cni.plugins())
                                .filter(each -> !each.isEmpty())
                                .map(NodeFlags::absolute));
        return settings.withNodes(settings.nodes().withCni(wanted));
    }

    private static Path absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize();
    }

    private void requireNothing() {
        Stream.of(
                        Map.entry("--nodes", !count.isEmpty()),
                        Map.entry("--runtimes", !runtimes.isEmpty()),
                        Map.entry("--default-handler", !standard.isEmpty()),
                        Map.entry("--handler", !handlers.isEmpty()),
                        Map.entry("--cni-config", !cni.config().isEmpty()))
                .filter(Map.Entry::getValue)
                .findFirst()
                .ifPresent(given -> refuse(given.getKey()));
    }

    private void refuse(String option) {
        throw new EngineException(
                extent.isPresent()
                        ? option + " and --no-node exclude each other"
                        : option
                                + " is for an engine with a node, and this one is a control plane"
                                + " alone; say --node, too");
    }

    private static void requireNotFewer(EngineSettings before, int wanted, Path data) {
        int now = before.nodes().count();
        if (wanted < now) {
            List<String> going = before.nodes().names(before.nodeName()).subList(wanted, now);
            throw new EngineException(
                    "--nodes is %d in the data directory %s and cannot become %d, since pods may run on %s; remove that engine first: sudo ./glovebox down --purge --data-dir %s"
                            .formatted(now, data, wanted, String.join(", ", going), data));
        }
    }
}
