package dev.glovebox.engine;

import dev.glovebox.node.HandlerReadiness;
import dev.glovebox.runtimes.Evidence;
import dev.glovebox.runtimes.Handler;
import dev.glovebox.runtimes.HandlerState;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The node's handlers and what was seen of each. What was not seen yet is not ready.
final class ProvenHandlers implements HandlerReadiness {
    private static final Logger LOG = LoggerFactory.getLogger(ProvenHandlers.class);
    private static final HandlerState UNSEEN =
            new HandlerState.Broken("no probe pod has run under it yet");

    private final List<Handler> handlers;
    private final Map<String, HandlerState> seen = new ConcurrentHashMap<>();

    /// @param handlers that containerd was told of, the default first
    /// @param absent handlers that are not on this machine, with what would help
    ProvenHandlers(List<Handler> handlers, Map<String, HandlerState.Absent> absent) {
        this.handlers = List.copyOf(handlers);
        seen.putAll(absent);
    }

    /// Looks at every handler, one after another, or takes evidence that still holds.
    void prove(dev.glovebox.runtimes.HandlerReadiness readiness) throws InterruptedException {
        prove(readiness::of);
    }

    void prove(Look look) throws InterruptedException {
        for (Handler handler : handlers) {
            HandlerState state;
            try {
                state = look.at(handler);
            } catch (IOException e) {
                state = new HandlerState.Broken("its evidence cannot be read or kept: " + e);
            }
            seen.put(handler.name(), state);
            LOG.atInfo()
                    .addKeyValue("handler", handler.name())
                    .addKeyValue("state", word(state))
                    .addKeyValue("seen", state.summary())
                    .log("handler looked at");
        }
    }

    @Override
    public State of(String handler) {
        HandlerState state =
                all().getOrDefault(
                                handler.isEmpty() ? handlers.getFirst().name() : handler,
                                new HandlerState.Broken("containerd was not told of it"));
        return state instanceof HandlerState.Ready
                ? new State.Ready()
                : new State.NotReady(word(state) + ": " + state.summary());
    }

    /// Every handler with its state, the default first; absent ones last.
    Map<String, HandlerState> all() {
        Map<String, HandlerState> all = new LinkedHashMap<>();
        handlers.forEach(each -> all.put(each.name(), seen.getOrDefault(each.name(), UNSEEN)));
        seen.forEach(all::putIfAbsent);
        return all;
    }

    /// The names of those that were seen to work.
    Set<String> ready() {
        return all().entrySet().stream()
                .filter(each -> each.getValue() instanceof HandlerState.Ready)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /// What a probe pod saw of a handler that it could say something of.
    Optional<Evidence> evidence(String handler) {
        return Optional.ofNullable(seen.get(handler)).flatMap(ProvenHandlers::evidence);
    }

    /// What a state rests on.
    static Optional<Evidence> evidence(HandlerState state) {
        return switch (state) {
            case HandlerState.Ready(Evidence evidence) -> Optional.of(evidence);
            case HandlerState.Degraded(Evidence evidence, _) -> Optional.of(evidence);
            case HandlerState.Broken _, HandlerState.Absent _ -> Optional.empty();
        };
    }

    /// Those whose sandboxes have gVisor's kernel.
    List<Handler> gvisor() {
        return handlers.stream().filter(h -> h.kernel() == Handler.Kernel.GVISOR).toList();
    }

    /// Those whose sandboxes have a kernel of their own.
    List<Handler> withOwnKernel() {
        return handlers.stream().filter(h -> h.kernel() != Handler.Kernel.SHARED).toList();
    }

    /// Whether pods without a class have it.
    boolean isStandard(Handler handler) {
        return handlers.getFirst().equals(handler);
    }

    /// A handler that containerd was told of.
    Optional<Handler> handler(String name) {
        return handlers.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /// The version of a handler's OCI runtime; empty for one that is not there.
    Optional<String> version(String handler) {
        return handler(handler).map(Handler::version);
    }

    /// A state in one word: `ready`, `degraded`, `broken`, `absent`.
    static String word(HandlerState state) {
        return switch (state) {
            case HandlerState.Ready _ -> "ready";
            case HandlerState.Degraded _ -> "degraded";
            case HandlerState.Broken _ -> "broken";
            case HandlerState.Absent _ -> "absent";
        };
    }

    /// How a handler is looked at.
    @FunctionalInterface
    interface Look {
        HandlerState at(Handler handler) throws IOException, InterruptedException;
    }
}
