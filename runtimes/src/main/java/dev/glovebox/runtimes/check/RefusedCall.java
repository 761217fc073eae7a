package dev.glovebox.runtimes.check;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// A system call that gVisor does not have, or not with these arguments.
///
/// @param name the kernel's name for it, `prctl`
/// @param selectors those of its arguments that say what is wanted of it, in hexadecimal; empty
///   where the call says it by itself
public record RefusedCall(String name, List<String> selectors) {
    /// Which arguments say what is wanted of a call that does many things. Source: gVisor's
    /// `runsc/boot/compat.go`, which reports each of such combinations once.
    private static final Map<String, List<Integer>> SELECTING =
            Map.ofEntries(
                    Map.entry("prctl", List.of(0)),
                    Map.entry("arch_prctl", List.of(0)),
                    Map.entry("ioctl", List.of(1)),
                    Map.entry("epoll_ctl", List.of(1)),
                    Map.entry("shmctl", List.of(1)),
                    Map.entry("futex", List.of(1)),
                    Map.entry("fallocate", List.of(1)),
                    Map.entry("semctl", List.of(2)),
                    Map.entry("getsockopt", List.of(1, 2)),
                    Map.entry("setsockopt", List.of(1, 2)));

    /// Copies the selectors.
    public RefusedCall {
        Objects.requireNonNull(name, "name");
        selectors = List.copyOf(selectors);
    }

    /// @param arguments all six, in hexadecimal
    static RefusedCall of(String name, List<String> arguments) {
        return new RefusedCall(
                name,
                SELECTING.getOrDefault(name, List.of()).stream().map(arguments::get).toList());
    }

    /// What it is for, where that is known.
    public Optional<Feature> feature() {
        return Feature.of(name);
    }

    /// The call as people write it: `prctl(0x2f)`.
    public String text() {
        return selectors.isEmpty() ? name : name + "(" + String.join(", ", selectors) + ")";
    }

    /// Whether programs are known to go on without it, so that it explains no failure.
    public boolean missedByNobody() {
        return feature().filter(Feature::missedByNobody).isPresent();
    }
}
