package dev.glovebox.runtimes.foreign;

import dev.glovebox.containerd.CriException;
import dev.glovebox.runtimes.host.Exclusive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/// Takes away what [Configuring] did: every file is as it was before, byte for byte, where nobody
/// else has changed it since, and without our lines where somebody has.
public final class Undoing {
    private static final Duration RESTARTED = Duration.ofSeconds(60);

    private final Kept kept;
    private final Consumer<String> say;

    /// Undoes what was done with gVisor of `prefix`, normally `/usr/local`. Tells `say` what is
    /// done, in sentences without full stops.
    public Undoing(Path prefix, Consumer<String> say) {
        this.kept = Kept.in(prefix.toAbsolutePath().normalize());
        this.say = Objects.requireNonNull(say, "say");
    }

    /// One file that is put back.
    private record Restore(Path path, Optional<String> text) {}

    /// The configurations that were changed and not undone.
    public List<Path> configured() {
        try {
            return kept.all().stream().map(Done::file).sorted().toList();
        } catch (IOException e) {
            throw ConfigurationRefused.io("cannot read " + kept.root(), e);
        }
    }

    /// Every file that was written and not put back.
    public List<Path> written() {
        try {
            return kept.all().stream()
                    .flatMap(done -> done.edits().stream())
                    .map(Done.Edit::path)
                    .distinct()
                    .toList();
        } catch (IOException e) {
            throw ConfigurationRefused.io("cannot read " + kept.root(), e);
        }
    }

    /// Undoes what was done to one file for one handler.
    ///
    /// @param address where containerd listens; empty for where it listened then
    /// @param restart what restarts it; empty for what restarted it then
    /// @throws ConfigurationRefused when nothing was done, pods still run under the handler, or a
    ///   file cannot be put back
    public void undo(
            Path file, String handler, Optional<Path> address, Optional<RestartCommand> restart)
            throws InterruptedException {
        try {
            Path path = file.toAbsolutePath().normalize();
            Done done =
                    kept.find(path, handler)
                            .orElseThrow(() ->
                                    new ConfigurationRefused(
                                            "nothing is kept of a handler "
                                                    + handler
                                                    + " that was written for "
                                                    + path));
            undo(
                    done,
                    address.orElse(done.address()),
                    restart.orElse(new RestartCommand(done.restart())));
        } catch (IOException e) {
            throw ConfigurationRefused.io("cannot undo what was done to " + file, e);
        }
    }

    /// Undoes all that was done, each with the socket and the command from then; stops at the first
    /// that is refused.
    public void undoAll() throws InterruptedException {
        try {
            for (Done done : kept.all()) {
                undo(done, done.address(), new RestartCommand(done.restart()));
            }
        } catch (IOException e) {
            throw ConfigurationRefused.io("cannot read " + kept.root(), e);
        }
    }

    private void undo(Done done, Path address, RestartCommand restart)
            throws IOException, InterruptedException {
        try (Exclusive _ = kept.lock();
                LiveContainerd live = new LiveContainerd(address)) {
            refuseWhileUsed(done, live, restart);
            for (Restore file : restores(done)) {
                TextFiles.put(file.path(), file.text());
            }
            if (Files.exists(done.file())) {
                restart(done, live, restart);
            } else {
                say.accept(done.file() + " is gone, so that there is nothing to restart with it");
            }
            kept.forget(done);
            say.accept(done.file() + " has no handler " + done.handler() + " of ours any more");
        }
    }

    private void refuseWhileUsed(Done done, LiveContainerd live, RestartCommand restart) {
        try {
            List<String> pods = live.podsUnder(done.handler());
            if (!pods.isEmpty()) {
                throw new ConfigurationRefused(
                        (pods.size() == 1 ? "a pod still runs" : pods.size() + " pods still run")
                                + " under handler "
                                + done.handler()
                                + " ("
                                + String.join(", ", pods.subList(0, Math.min(3, pods.size())))
                                + "); remove what runs there first");
            }
            if (Files.exists(done.file()) && !live.running().isEmpty()) {
                SystemdUnits.restartedBy(restart)
                        .endsPods()
                        .ifPresent(why -> {
                            throw new ConfigurationRefused(why);
                        });
            }
        } catch (CriException e) {
            say.accept(
                    "containerd does not answer ("
                            + e.description()
                            + "), so it runs no pod that could be asked for");
        }
    }

    private List<Restore> restores(Done done) throws IOException {
        List<Restore> all = new ArrayList<>();
        for (Done.Edit edit : done.edits().reversed()) {
            Optional<String> now = TextFiles.read(edit.path());
            if (edit.stands(now)) {
                all.add(new Restore(edit.path(), edit.original()));
            } else if (!now.equals(edit.original())) {
                withoutOurs(done, edit.path(), now).ifPresent(all::add);
            }
        }
        return all;
    }

    /// A file that somebody else has changed since; empty where nothing of ours is left in it.
    private Optional<Restore> withoutOurs(Done done, Path path, Optional<String> now) {
        OwnBlock block = new OwnBlock(done.handler());
        if (now.isEmpty() || !block.isIn(now.get())) {
            say.accept(
                    "%s was changed since and has nothing of ours any more; it stays as it is"
                            .formatted(path));
            return Optional.empty();
        }
        say.accept(path + " was changed since; only our lines are taken out");
        return Optional.of(new Restore(path, Optional.of(block.cutFrom(now.get()))));
    }

    private void restart(Done done, LiveContainerd live, RestartCommand restart)
            throws InterruptedException {
        say.accept("restarting containerd: " + restart);
        try {
            restart.run();
        } catch (ConfigurationRefused e) {
            throw new ConfigurationRefused(done.file() + " is as it was, but " + e.why(), e);
        }
        boolean theirs =
                done.edits().stream()
                        .anyMatch(edit ->
                                edit.original().orElse("").contains(".runtimes." + done.handler()));
        if (!live.awaitHandlers(
                RESTARTED, handlers -> theirs || !handlers.contains(done.handler()))) {
            throw new ConfigurationRefused(
                    "%s is as it was, but %d s after `%s` containerd does not answer or still knows handler %s"
                            .formatted(
                                    done.file(), RESTARTED.toSeconds(), restart, done.handler()));
        }
    }
}
