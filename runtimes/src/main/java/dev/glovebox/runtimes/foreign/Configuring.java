package dev.glovebox.runtimes.foreign;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.containerd.ContainerdVersion;
import dev.glovebox.containerd.image.BuiltinImage;
import dev.glovebox.runtimes.HandlerState;
import dev.glovebox.runtimes.host.Digest;
import dev.glovebox.runtimes.host.Exclusive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Puts gVisor under a containerd that somebody else runs: writes the handler into its
/// configuration, has containerd itself read it, restarts it, and looks by a pod whether the
/// handler is gVisor. Where anything of that fails, all is put back as it was and containerd
/// restarted with it.
public final class Configuring {
    private static final Duration RESTARTED = Duration.ofSeconds(60);

    private final ConfigureRequest request;
    private final Machine machine;
    private final Consumer<String> say;
    private final Kept kept;
    private final RestartCommand restart;

    /// Tells `say` what is done, in sentences without full stops.
    public Configuring(ConfigureRequest request, Machine machine, Consumer<String> say) {
        this.request = Objects.requireNonNull(request, "request");
        this.machine = Objects.requireNonNull(machine, "machine");
        this.say = Objects.requireNonNull(say, "say");
        this.kept = Kept.in(request.prefix());
        this.restart = new RestartCommand(request.restart());
    }

    /// Does it; nothing where it was done before.
    ///
    /// @throws ConfigurationRefused when it is not done; all is then as it was
    public void run() throws InterruptedException {
        try (LiveContainerd live = new LiveContainerd(request.address())) {
            run(live);
        } catch (IOException e) {
            throw ConfigurationRefused.io("cannot configure " + request.file(), e);
        }
    }

    private void run(LiveContainerd live) throws IOException, InterruptedException {
        String version = live.version();
        Draft draft =
                Draft.of(request, Optional.of(known(version)), Capabilities.read(machine.status()));
        requirePrograms(draft.plan().table());
        draft.remarks().forEach(say);
        if (draft.plan().changes().isEmpty() && live.handlers().contains(request.handler())) {
            say.accept(draft.plan().place() + " has the handler already; nothing was changed");
            // Whoever wrote it may have been cut off before anything was seen.
            prove(live, draft.plan(), machine.busybox().get());
            return;
        }
        restart.requireProgram(machine.path());
        requireRestartable(live);
        ContainerdBinary binary = binary(version);
        BuiltinImage busybox = machine.busybox().get();
        try (Exclusive _ = kept.lock()) {
            change(live, binary, draft.plan(), busybox);
        }
    }

    private void change(
            LiveContainerd live, ContainerdBinary binary, Plan plan, BuiltinImage busybox)
            throws IOException, InterruptedException {
        Optional<Done> earlier = kept.find(request.file(), request.handler());
        Change change = new Change(kept, plan.changes(), earlier, done(plan, earlier));
        try {
            carryOut(change, live, binary, plan, busybox);
        } catch (ConfigurationRefused e) {
            throw putBack(change, live, e.why(), e);
        } catch (RuntimeException | InterruptedException e) {
            throw putBack(change, live, String.valueOf(e.getMessage()), e);
        }
    }

    private void carryOut(
            Change change,
            LiveContainerd live,
            ContainerdBinary binary,
            Plan plan,
            BuiltinImage busybox)
            throws InterruptedException {
        Optional<ObjectNode> before = dump(binary);
        change.apply();
        before.ifPresent(was -> verify(was, binary.dump(request.file()), plan));
        Set<String> running = live.running();
        say.accept("restarting containerd: " + restart);
        change.restarts();
        restart.run();
        awaitHandler(live);
        sayWhatWentOn(running, live.running());
        prove(live, plan, busybox);
    }

    /// Puts everything back; the refusal that is left to throw.
    private ConfigurationRefused putBack(
            Change change, LiveContainerd live, String why, Exception cause) {
        String place = request.file() + " is as it was";
        try {
            change.putBack();
        } catch (ConfigurationRefused | IOException e) {
            cause.addSuppressed(e);
            place =
                    "putting "
                            + request.file()
                            + " back failed too ("
                            + e.getMessage()
                            + "): what it said before lies in "
                            + kept.directory(request.file(), request.handler());
        }
        try {
            if (change.restarted()) {
                say.accept("restarting containerd with the configuration from before: " + restart);
                place += new Revival(restart, live, request.handler()).run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            place += Revival.NO_ANSWER;
        }
        return new ConfigurationRefused(why + "; " + place, cause);
    }

    private Optional<ObjectNode> dump(ContainerdBinary binary) {
        return ConfigFile.read(request.file()).kind() == ConfigFile.Kind.TEMPLATE
                ? Optional.empty()
                : Optional.of(binary.dump(request.file()));
    }

    private void verify(ObjectNode before, ObjectNode after, Plan plan) {
        ConfigDumps.objection(before, after, plan.table())
                .ifPresent(why -> {
                    throw new ConfigurationRefused(why);
                });
    }

    private void awaitHandler(LiveContainerd live) throws InterruptedException {
        if (!live.awaitHandlers(RESTARTED, handlers -> handlers.contains(request.handler()))) {
            throw new ConfigurationRefused(
                    "%d s after `%s` the containerd on %s does not answer or does not know handler %s: it was not restarted, or it reads another configuration than %s"
                            .formatted(
                                    RESTARTED.toSeconds(),
                                    restart,
                                    request.address(),
                                    request.handler(),
                                    request.file()));
        }
    }

    private void sayWhatWentOn(Set<String> before, Set<String> after) {
        long still = before.stream().filter(after::contains).count();
        say.accept(still + " of " + before.size() + " pods and containers that ran before run on");
    }

    private void prove(LiveContainerd live, Plan plan, BuiltinImage busybox)
            throws InterruptedException {
        Path evidence = kept.directory(request.file(), request.handler());
        String what = "handler " + request.handler() + " in " + plan.place();
        switch (new GvisorProbe(busybox, evidence).see(plan.table(), live)) {
            case HandlerState.Ready ready -> say.accept(what + " is ready: " + ready.summary());
            case HandlerState.Degraded degraded ->
                    say.accept(what + " is gVisor, but degraded: " + degraded.summary());
            case HandlerState.Broken broken -> throw new ConfigurationRefused(broken.summary());
            case HandlerState.Absent absent -> throw new ConfigurationRefused(absent.summary());
        }
    }

    private Done done(Plan plan, Optional<Done> earlier) {
        OwnBlock block = new OwnBlock(request.handler());
        List<Done.Edit> edits =
                plan.changes().stream()
                        .map(change ->
                                new Done.Edit(
                                        change.path(),
                                        original(change, earlier, block),
                                        Digest.ofText(change.after()).hex()))
                        .toList();
        return new Done(
                        request.file(),
                        request.handler(),
                        request.address(),
                        request.restart(),
                        edits)
                .after(earlier);
    }

    /// What a file said before we ever wrote to it.
    private static Optional<String> original(
            FileChange change, Optional<Done> earlier, OwnBlock block) {
        Optional<Done.Edit> known = earlier.flatMap(done -> done.edit(change.path()));
        if (known.isPresent()
                && (known.get().original().isEmpty() || known.get().stands(change.before()))) {
            return known.get().original();
        }
        return change.before().map(block::cutFrom);
    }

    private void requireRestartable(LiveContainerd live) {
        SystemdUnits units = SystemdUnits.restartedBy(restart);
        units.objection()
                .or(() -> live.running().isEmpty() ? Optional.empty() : units.endsPods())
                .ifPresent(why -> {
                    throw new ConfigurationRefused(why);
                });
    }

    private void requirePrograms(HandlerTable table) {
        String cure = "; run: glovebox runtimes install gvisor --system";
        if (!table.programs().installed()) {
            throw new ConfigurationRefused("there is no " + table.programs().runsc() + cure);
        }
        for (Path program : table.runs()) {
            if (!Files.isExecutable(program)) {
                throw new ConfigurationRefused("there is no " + program + cure);
            }
        }
    }

    private ContainerdBinary binary(String version) throws IOException {
        if (request.binary().isPresent()) {
            ContainerdBinary named = new ContainerdBinary(request.binary().get());
            if (!named.says(version)) {
                throw new ConfigurationRefused(
                        named.program()
                                + " is not the containerd "
                                + version
                                + " that answers on "
                                + request.address());
            }
            return named;
        }
        return ContainerdBinary.running(version, machine.path())
                .orElseThrow(() ->
                        new ConfigurationRefused(
                                "no program of containerd "
                                        + version
                                        + ", which answers on "
                                        + request.address()
                                        + ", was found to read the configuration with; name it with"
                                        + " --containerd-binary"));
    }

    private static ContainerdVersion known(String version) {
        return ContainerdVersion.parse(version)
                .orElseThrow(() ->
                        new ConfigurationRefused(
                                "a containerd of version \""
                                        + version
                                        + "\" is not known; known are 1.6 to 2.x"));
    }
}
