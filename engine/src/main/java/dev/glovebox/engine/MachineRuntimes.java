package dev.glovebox.engine;

import dev.glovebox.containerd.image.BuiltinImage;
import dev.glovebox.containerd.image.BuiltinImages;
import dev.glovebox.containerd.packages.PackageException;
import dev.glovebox.model.Names;
import dev.glovebox.runtimes.Handler;
import dev.glovebox.runtimes.HandlerState;
import dev.glovebox.runtimes.Setup;
import dev.glovebox.runtimes.gvisor.Platform;
import dev.glovebox.runtimes.gvisor.RunscHandler;
import dev.glovebox.runtimes.gvisor.RunscProgram;
import dev.glovebox.runtimes.gvisor.RunscSearch;
import dev.glovebox.runtimes.gvisor.RunscVersion;
import dev.glovebox.runtimes.host.ShortCommand;
import dev.glovebox.runtimes.install.Gvisor;
import dev.glovebox.runtimes.install.Installation;
import dev.glovebox.runtimes.install.InstalledRuntimes;
import dev.glovebox.runtimes.install.Kata;
import dev.glovebox.runtimes.kata.VirtualMachineTrial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /// What is more than a program under containerd's own shim.
    private static final Set<String> OWN = Set.of(Gvisor.NAME, Kata.NAME);

    MachineRuntimes {
        handlers = List.copyOf(handlers);
        absent = Map.copyOf(absent);
    }

    /// Finds the programs and installs what is called by containerd's shims.
    ///
    /// @param progress hears what is being done
    static MachineRuntimes find(Places places, Consumer<String> progress) throws IOException {
        MachinePrograms programs = MachinePrograms.ofThisMachine(places);
        List<Handler> handlers = new ArrayList<>();
        Map<String, HandlerState.Absent> absent = new LinkedHashMap<>();
        handlers.add(runc(programs.runc()));
        progress.accept("looking for gVisor");
        Optional<Installation> chosen = chosen(places);
        switch (search(programs, chosen)) {
            case RunscSearch.Found usable -> handlers.add(gvisor(places, usable, chosen));
            case RunscSearch.Missing(String why, String cure) ->
                    absent.put(Names.GVISOR_HANDLER, new HandlerState.Absent(why, cure));
        }
        addKata(places, handlers, absent);
        handlers.addAll(added(places));
        return new MachineRuntimes(programs, handlers, absent, builtPause(), programs.busybox());
    }

    /// What is on this machine, and could be handlers: nothing is fetched, nothing is made.
    static Claims look(Places places) throws IOException {
        MachinePrograms programs = MachinePrograms.asItIs(places);
        List<Handler> handlers = new ArrayList<>();
        Map<String, HandlerState.Absent> absent = new LinkedHashMap<>();
        try {
            handlers.add(runc(programs.runc()));
        } catch (PackageException e) {
            absent.put(
                    Names.RUNC,
                    new HandlerState.Absent("runc is not on PATH", String.valueOf(e.getMessage())));
        }
        Optional<Installation> chosen = chosen(places);
        switch (search(programs, chosen)) {
            case RunscSearch.Found(Path runsc, RunscVersion version) ->
                    handlers.add(gvisor(List.of(runsc), version, setup(runsc, chosen)));
            case RunscSearch.Missing(String why, String cure) ->
                    absent.put(Names.GVISOR_HANDLER, new HandlerState.Absent(why, cure));
        }
        addKata(places, handlers, absent);
        handlers.addAll(added(places));
        return new Claims(handlers, absent);
    }

    private static void addKata(
            Places places, List<Handler> handlers, Map<String, HandlerState.Absent> absent)
            throws IOException {
        KataRuntime kata =
                new KataRuntime(
                        new InstalledRuntimes(places.runtimes()),
                        new VirtualMachineTrial(build("kvm-trial")));
        switch (kata.find()) {
            case KataRuntime.Usable(Handler handler) -> handlers.add(handler);
            case KataRuntime.Unusable(HandlerState.Absent why) -> absent.put(Kata.NAME, why);
        }
    }

    /// Runtimes that a person added. What they do is not known: they count as sharing the kernel.
    private static List<Handler> added(Places places) throws IOException {
        InstalledRuntimes installed = new InstalledRuntimes(places.runtimes());
        List<Handler> all = new ArrayList<>();
        for (String name : installed.names()) {
            Optional<Installation> each =
                    installed.read(name).map(InstalledRuntimes.Versions::current);
            if (each.isPresent() && !OWN.contains(name)) {
                Installation added = each.get();
                all.add(
                        new Handler(
                                name,
                                Handler.Kernel.SHARED,
                                List.of(added.home().resolve(added.programs().getFirst())),
                                added.version().matches("\\d.*")
                                        ? name + " " + added.version()
                                        : added.version(),
                                new Setup(added.source(), Setup.Lane.SHIM, "", added.shim())));
            }
        }
        return all;
    }

    /// Handlers that nobody has configured yet.
    record Claims(List<Handler> handlers, Map<String, HandlerState.Absent> absent) {
        Claims {
            handlers = List.copyOf(handlers);
            absent = Map.copyOf(absent);
        }
    }

    private static Handler runc(Path program) throws IOException {
        return new Handler(
                Names.RUNC,
                Handler.Kernel.SHARED,
                List.of(program),
                firstLine(program),
                Setup.direct(program.toString()));
    }

    private static Optional<Installation> chosen(Places places) throws IOException {
        return new InstalledRuntimes(places.runtimes())
                .read(Gvisor.NAME)
                .map(InstalledRuntimes.Versions::current);
    }

    private static RunscSearch.Result search(
            MachinePrograms programs, Optional<Installation> chosen) {
        return chosen.isPresent()
                ? installed(chosen.get())
                : new RunscSearch(programs.path(), programs::runsc, new RunscProgram(QUICK)).find();
    }

    /// The version that was installed to be used: no other one takes its place by itself.
    private static RunscSearch.Result installed(Installation chosen) {
        Path runsc = chosen.home().resolve("runsc");
        return switch (new RunscProgram(QUICK).version(runsc)) {
            case RunscProgram.Known(RunscVersion version) when version.tooOld() ->
                    new RunscSearch.Missing(
                            "gvisor %s was installed, which is too old to be sold as security (oldest accepted: %s)"
                                    .formatted(version.text(), RunscVersion.OLDEST),
                            "upgrade it: sudo ./glovebox runtimes upgrade gvisor");
            case RunscProgram.Known(RunscVersion version) -> new RunscSearch.Found(runsc, version);
            case RunscProgram.Unknown(String why) ->
                    new RunscSearch.Missing(
                            "gvisor %s was installed, and %s %s"
                                    .formatted(chosen.version(), runsc, why),
                            "install it again: sudo ./glovebox runtimes install gvisor");
        };
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

    private static Handler gvisor(
            Places places, RunscSearch.Found found, Optional<Installation> chosen)
            throws IOException {
        Setup setup = setup(found.runsc(), chosen);
        RunscHandler.Installed runsc =
                new RunscHandler(places.runtimes().resolve(Names.GVISOR_HANDLER), launcher())
                        .install(found, Platform.of(setup.platform()).orElse(Platform.SYSTRAP));
        return gvisor(List.of(runsc.launcher(), runsc.runsc()), runsc.version(), setup);
    }

    private static Handler gvisor(List<Path> programs, RunscVersion version, Setup setup) {
        return new Handler(
                Names.GVISOR_HANDLER,
                Handler.Kernel.GVISOR,
                programs,
                "runsc version " + version.text(),
                setup);
    }

    private static Setup setup(Path runsc, Optional<Installation> chosen) {
        return new Setup(
                chosen.map(Installation::source).orElse(runsc.toString()),
                Setup.Lane.LAUNCHER,
                chosen.map(Installation::platform).orElse(Platform.SYSTRAP.text()),
                Setup.RUNC_SHIM);
    }

    /// The program that drives runsc for containerd's own shim, as the build made it.
    static Path launcher() {
        return build("runsc-launcher");
    }

    private static BuiltinImage builtPause() {
        return BuiltinImages.pause(build("pause"), Version.text().replaceAll("[^\\w.-]", "-"));
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
