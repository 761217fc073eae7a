package dev.glovebox.runtimes.foreign;

import dev.glovebox.runtimes.host.ShortCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The units that a command of `systemctl` restarts, as systemd knows them. Of another command, and
/// of one whose options say which systemd is asked, nothing is known, and nothing stands against
/// it.
///
/// `LoadState` and `KillMode` are those of systemd.unit(5), systemd.kill(5) and
/// org.freedesktop.systemd1(5).
final class SystemdUnits {
    private static final ShortCommand SHOW = new ShortCommand(Duration.ofSeconds(20));
    private static final Set<String> RESTARTING =
            Set.of("restart", "try-restart", "reload-or-restart", "try-reload-or-restart");

    /// Options that say nothing of which systemd is asked.
    private static final Set<String> HARMLESS =
            Set.of("--no-block", "--quiet", "-q", "--no-pager", "--no-ask-password", "--system");

    /// With these the shims outlive their containerd.
    private static final Set<String> LEAVES_PODS = Set.of("process", "none");

    private static final String NAME_IT = "; name the command with --restart";

    private final List<Map<String, String>> units;
    private final Optional<String> silence;

    private SystemdUnits(List<Map<String, String>> units, Optional<String> silence) {
        this.units = List.copyOf(units);
        this.silence = silence;
    }

    /// Asks systemd.
    static SystemdUnits restartedBy(RestartCommand command) {
        List<String> names = names(command.words());
        if (names.isEmpty()) {
            return new SystemdUnits(List.of(), Optional.empty());
        }
        List<String> show = new ArrayList<>(List.of(command.words().getFirst(), "--no-pager"));
        show.addAll(List.of("show", "--property=Id,LoadState,KillMode", "--"));
        show.addAll(names);
        try {
            ShortCommand.Ended said = SHOW.run(show);
            if (said.exitCode() != 0) {
                String why = said.output().lines().findFirst().orElse("no words");
                return new SystemdUnits(List.of(), Optional.of(why));
            }
            return new SystemdUnits(blocks(said.output()), Optional.empty());
        } catch (IOException e) {
            return new SystemdUnits(List.of(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    /// Why systemd would restart nothing, before anything depends on it; empty where nothing stands
    /// against it.
    Optional<String> objection() {
        if (silence.isPresent()) {
            return Optional.of("systemd does not answer (" + silence.get() + ")" + NAME_IT);
        }
        return units.stream()
                .filter(unit -> !loaded(unit))
                .map(unit ->
                        "systemd does not restart %s: to it the unit is %s%s"
                                .formatted(unit.get("Id"), unit.get("LoadState"), NAME_IT))
                .findFirst();
    }

    /// Why pods would end with the unit, where it is one that ends all that it has started.
    Optional<String> endsPods() {
        return units.stream()
                .filter(SystemdUnits::loaded)
                .filter(unit -> !LEAVES_PODS.contains(unit.getOrDefault("KillMode", "")))
                .map(unit ->
                        "systemd ends every pod when it restarts %s, because the unit says KillMode=%s; say KillMode=process in its [Service] section (systemctl edit %1$s), or remove the pods first"
                                .formatted(unit.get("Id"), unit.get("KillMode")))
                .findFirst();
    }

    private static boolean loaded(Map<String, String> unit) {
        return unit.getOrDefault("LoadState", "").equals("loaded");
    }

    private static List<String> names(List<String> words) {
        if (!Path.of(words.getFirst()).endsWith("systemctl")) {
            return List.of();
        }
        List<String> plain =
                words.stream().skip(1).filter(word -> !HARMLESS.contains(word)).toList();
        boolean known =
                plain.size() > 1
                        && RESTARTING.contains(plain.getFirst())
                        && plain.stream().noneMatch(word -> word.startsWith("-"));
        return known ? plain.subList(1, plain.size()) : List.of();
    }

    /// One block a unit, with an empty line between them.
    private static List<Map<String, String>> blocks(String shown) {
        return Arrays.stream(shown.split("\n\\s*\n", -1))
                .map(block ->
                        block.lines()
                                .filter(line -> line.indexOf('=') > 0)
                                .map(line -> line.split("=", 2))
                                .collect(
                                        Collectors.toMap(
                                                each -> each[0],
                                                each -> each[1],
                                                (_, last) -> last)))
                .filter(unit -> unit.containsKey("Id"))
                .toList();
    }
}
