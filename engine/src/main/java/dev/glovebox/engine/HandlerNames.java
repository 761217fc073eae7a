package dev.glovebox.engine;

import dev.glovebox.model.Names;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// How the runtimes of a node are called beside `runc` and `runsc`, and which of them pods have
/// that name no class. Pure.
///
/// @param standard name of the handler of pods without a RuntimeClass
/// @param more further handlers, each with the one that it is the same as
record HandlerNames(String standard, Map<String, String> more) {
    private static final Set<String> OWN = Set.of(Names.RUNC, Names.GVISOR_HANDLER);

    /// `gvisor` is how runsc's class and label are called.
    private static final Set<String> TAKEN =
            Set.of(Names.RUNC, Names.GVISOR_HANDLER, Names.GVISOR_CLASS, Names.KATA);

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    /// runc, and no other names.
    static final HandlerNames DEFAULT = new HandlerNames(Names.RUNC, Map.of());

    /// Refuses names that a RuntimeClass cannot have as its handler, names that are taken, and a
    /// standard that nobody has.
    HandlerNames {
        more = Map.copyOf(more);
        more.forEach(HandlerNames::check);
        if (!OWN.contains(standard) && !more.containsKey(standard)) {
            throw new EngineException(
                    "--default-handler knows runc, runsc and what --handler names, not \"%s\""
                            .formatted(Printable.of(standard)));
        }
    }

    private static void check(String name, String like) {
        if (!NAME.matcher(name).matches() || TAKEN.contains(name)) {
            throw new EngineException(
                    "--handler wants a name of its own, lower-case letters, digits and hyphens, not \"%s\""
                            .formatted(Printable.of(name)));
        }
        if (!OWN.contains(like)) {
            throw new EngineException(
                    "--handler %s: it can be the same as runc or runsc, not \"%s\""
                            .formatted(name, Printable.of(like)));
        }
    }

    /// Reads `NAME=runc` or `NAME=runsc`, once for each name; one empty text is none.
    static Map<String, String> more(Collection<String> flags) {
        Map<String, String> more = new LinkedHashMap<>();
        if (List.copyOf(flags).equals(NodeFlags.NOTHING)) {
            return more;
        }
        for (String flag : flags) {
            String[] sides = flag.split("=", -1);
            if (sides.length != 2) {
                throw new EngineException(
                        "--handler wants a name and a runtime like other=runc, not \"%s\""
                                .formatted(Printable.of(flag)));
            }
            if (more.putIfAbsent(sides[0], sides[1]) != null) {
                throw new EngineException(
                        "--handler names %s twice".formatted(Printable.of(sides[0])));
            }
        }
        return more;
    }
}
