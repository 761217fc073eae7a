package dev.glovebox.node;

import dev.glovebox.network.NetworkException;
import dev.glovebox.network.SandboxNetworks;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes what is left of the network of sandboxes that the runtime does not have, whoever made
/// them. The runtime shows a sandbox when it is made, its network is there before: so only what
/// stays without a sandbox for longer than one may take to be made is nobody's. What is found at
/// the start was made for an earlier agent, whose calls ended with it, and is nobody's soon. Used
/// by one thread at a time.
final class NetworkOrphans {
    /// Longer than a call that makes a sandbox may take.
    static final Duration LONGEST_MAKING = Duration.ofMinutes(5);

    /// What the runtime gets to clear away after a call whose caller is gone.
    static final Duration SETTLING = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(NetworkOrphans.class);

    private final ContainerRuntime runtime;
    private final SandboxNetworks networks;
    private final Clock clock;

    /// When each of what was found without a sandbox, by name, is nobody's.
    private Map<String, Instant> due = new HashMap<>();

    NetworkOrphans(ContainerRuntime runtime, SandboxNetworks networks, Clock clock) {
        this.runtime = runtime;
        this.networks = networks;
        this.clock = clock;
    }

    /// Notes what an earlier agent left. To be called before this one has anything made.
    void begin() {
        attempt("finding what an earlier agent left", () -> look(SETTLING));
    }

    /// Looks, and removes what is nobody's.
    void round() {
        attempt(
                "looking for leftovers of sandboxes",
                () -> {
                    Found found = look(LONGEST_MAKING);
                    Instant now = clock.instant();
                    for (String sandbox : found.sandboxes()) {
                        if (isDue(sandbox, now)) {
                            attempt(sandbox, () -> networks.remove(sandbox));
                        }
                    }
                    for (Path namespace : found.namespaces()) {
                        if (isDue(namespace.toString(), now)) {
                            attempt(
                                    namespace.toString(),
                                    () -> networks.removeNamespace(namespace));
                        }
                    }
                });
    }

    /// What there is without a sandbox.
    private record Found(Set<String> sandboxes, Set<Path> namespaces) {}

    private Found look(Duration patience) {
        Set<String> sandboxes = networks.sandboxes();
        Set<String> known = runtime.sandboxes();
        sandboxes.removeAll(known);
        Set<Path> namespaces = networks.unused(known);
        Set<String> names = new HashSet<>(sandboxes);
        namespaces.forEach(each -> names.add(each.toString()));
        Instant then = clock.instant().plus(patience);
        Map<String, Instant> next = new HashMap<>();
        names.forEach(each -> next.put(each, due.getOrDefault(each, then)));
        due = next;
        return new Found(sandboxes, namespaces);
    }

    private boolean isDue(String name, Instant now) {
        return !due.getOrDefault(name, Instant.MAX).isAfter(now);
    }

    private static void attempt(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeRefusal | NetworkException e) {
            LOG.atWarn()
                    .addKeyValue("what", what)
                    .addKeyValue("cause", e.getMessage())
                    .log("leftovers of sandboxes could not be removed; tried again later");
        }
    }
}
