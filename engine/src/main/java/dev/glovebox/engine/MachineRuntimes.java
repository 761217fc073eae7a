package dev.glovebox.engine;

import dev.glovebox.containerd.image.BuiltinImage;
import dev.glovebox.containerd.image.BuiltinImages;
import dev.glovebox.containerd.packages.DebianPackages;
import dev.glovebox.model.Names;
import dev.glovebox.runtimes.Handler;
import dev.glovebox.runtimes.HandlerState;
import dev.glovebox.runtimes.gvisor.RunscHandler;
import dev.glovebox.runtimes.gvisor.RunscProgram;
import dev.glovebox.runtimes.gvisor.RunscSearch;
import dev.glovebox.runtimes.host.ShortCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// What this machine's nodes run containers with: programs, handlers as they are configured before
/// anybody has seen them work, and the images that every node has. Found once for all nodes.
///
/// @param handlers the default first
/// @param absent handlers that are not there, with what would help
record MachineRuntimes(
        MachinePrograms programs,
        List<Handler> handlers,
        Map<String, HandlerState.Absent> absent,
        BuiltinImage pause,
        BuiltinImage busybox) {
    private static final Duration QUICK = Duration.ofSeconds(10);

    MachineRuntimes {
        handlers = List.copyOf(handlers);
        absent = Map.copyOf(absent);
    }

    /// Finds the programs and installs what is called by containerd's shims.
    ///
    /// @param progress hears what is being done
    static MachineRuntimes find(Places places, Consumer<String> progress) throws IOException {
        MachinePrograms programs =
                MachinePrograms.ofThisMachine(
                        new DebianPackages(places.packages(), Path.of("/etc/apt")));
        List<Handler> handlers = new ArrayList<>();
        Map<String, HandlerState.Absent> absent = new LinkedHashMap<>();
        Path runc = programs.runc();
        handlers.add(
                new Handler(Names.RUNC, Handler.Kernel.SHARED, List.of(runc), firstLine(runc)));
        progress.accept("looking for gVisor");
        RunscSearch search =
                new RunscSearch(programs.path(), programs::runsc, new RunscProgram(QUICK));
        switch (search.find()) {
            case RunscSearch.Found found -> handlers.add(gvisor(places, found));
            case RunscSearch.Missing(String why, String cure) ->
                    absent.put(Names.GVISOR_HANDLER, new HandlerState.Absent(why, cure));
        }
        return new MachineRuntimes(
                programs,
                handlers,
                absent,
                BuiltinImages.pause(build("pause"), Version.text().replaceAll("[^\\w.-]", "-")),
                programs.busybox());
    }

    /// The same for a node that has these handlers alone; of the others it says so.
    ///
    /// @param node its name
    MachineRuntimes only(Set<String> wanted, String node) {
        List<Handler> kept = new ArrayList<>();
        Map<String, HandlerState.Absent> without = new LinkedHashMap<>();
        for (Handler handler : handlers) {
            if (wanted.contains(handler.name())) {
                kept.add(handler);
            } else {
                without.put(handler.name(), leftOut(node));
            }
        }
        absent.forEach(
                (name, why) -> without.put(name, wanted.contains(name) ? why : leftOut(node)));
        return new MachineRuntimes(programs, kept, without, pause, busybox);
    }

    /// The same with other names too, and the handler of pods without a class first.
    ///
    /// @throws EngineException where that handler is not there
    MachineRuntimes with(HandlerNames names) {
        Map<String, Handler> all = new LinkedHashMap<>();
        handlers.forEach(each -> all.put(each.name(), each));
        Map<String, HandlerState.Absent> without = new LinkedHashMap<>(absent);
        for (Map.Entry<String, String> more : names.more().entrySet()) {
            Handler same = all.get(more.getValue());
            if (same == null) {
                without.put(more.getKey(), missing(more.getValue()));
            } else {
                all.put(more.getKey(), same.called(more.getKey()));
            }
        }
        Handler first = all.remove(names.standard());
        if (first == null) {
            String like = names.more().getOrDefault(names.standard(), names.standard());
            throw new EngineException(
                    "--default-handler %s: %s"
                            .formatted(names.standard(), missing(like).summary()));
        }
        List<Handler> ordered = new ArrayList<>(all.values());
        ordered.addFirst(first);
        return new MachineRuntimes(programs, ordered, without, pause, busybox);
    }

    private HandlerState.Absent missing(String name) {
        return absent.getOrDefault(
                name, new HandlerState.Absent("there is no " + name, "choose another"));
    }

    private static HandlerState.Absent leftOut(String node) {
        return new HandlerState.Absent(
                "node " + node + " is to have none (--runtimes)",
                "name it in --runtimes at the next start");
    }

    private static Handler gvisor(Places places, RunscSearch.Found found) throws IOException {
        RunscHandler.Installed runsc =
                new RunscHandler(
                                places.runtimes().resolve(Names.GVISOR_HANDLER),
                                build("runsc-launcher"))
                        .install(found);
        return new Handler(
                Names.GVISOR_HANDLER,
                Handler.Kernel.GVISOR,
                List.of(runsc.launcher(), runsc.runsc()),
                "runsc version " + runsc.version().text());
    }

    /// A program that the build made.
    private static Path build(String program) {
        String home = System.getProperty("glovebox.home");
        if (home == null) {
            throw new EngineException(
                    "not started by ./glovebox: the property glovebox.home is missing");
        }
        Path file = Path.of(home, "native", program);
        if (!Files.isExecutable(file)) {
            throw new EngineException(file + " is missing; build again: ./glovebox version");
        }
        return file;
    }

    private static String firstLine(Path runtime) throws IOException {
        return new ShortCommand(QUICK)
                .run(List.of(runtime.toString(), "--version"))
                .output()
                .lines()
                .findFirst()
                .orElse("");
    }
}
