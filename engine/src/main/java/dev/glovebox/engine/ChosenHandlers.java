package dev.glovebox.engine;

import dev.glovebox.runtimes.HandlerState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The handlers that a command asks for, each with the first node that has it.
final class ChosenHandlers {
    private ChosenHandlers() {}

    /// Those that work.
    ///
    /// @param runtime name or handler; empty: every one
    /// @throws EngineException where none is called so
    static Map<String, Parts> of(List<Parts> nodes, String runtime) {
        Map<String, Parts> chosen = new LinkedHashMap<>();
        List<String> known = new ArrayList<>();
        for (Parts node : nodes) {
            node.handlers()
                    .all()
                    .forEach((handler, state) -> {
                        if (state instanceof HandlerState.Ready
                                || state instanceof HandlerState.Degraded) {
                            known.add(handler);
                            if (runtime.isEmpty()
                                    || runtime.equals(handler)
                                    || runtime.equals(RuntimesReport.name(handler))) {
                                chosen.putIfAbsent(handler, node);
                            }
                        }
                    });
        }
        if (chosen.isEmpty()) {
            throw new EngineException(
                    "no runtime that works is called \"%s\"; there are: %s"
                            .formatted(
                                    Printable.of(runtime),
                                    String.join(", ", known.stream().distinct().toList())));
        }
        return chosen;
    }
}
