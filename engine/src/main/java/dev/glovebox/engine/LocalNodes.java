package dev.glovebox.engine;

import dev.glovebox.model.Names;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// How many nodes an engine has on this machine, and which runtimes each of them. Pure.
///
/// @param count 1 to 16
/// @param runtimes words of [#WORDS] by a node's name; a node that is not named has runc alone.
///   Empty: every node has what the machine has.
/// @param handlerNames how their handlers are called
/// @param cni the network of their pods; empty for the engine's own
/// @param measureAfter when it is measured by itself what their runtimes take
record LocalNodes(
        int count,
        Map<String, Set<String>> runtimes,
        HandlerNames handlerNames,
        Optional<CniSettings> cni,
        MeasureAfter measureAfter) {
    /// Runtimes as people call them, with their handlers.
    static final Map<String, String> WORDS =
            Map.of(
                    Names.RUNC,
                    Names.RUNC,
                    Names.GVISOR_CLASS,
                    Names.GVISOR_HANDLER,
                    Names.KATA,
                    Names.KATA);

    /// One node with what the machine has.
    static final LocalNodes ONE = new LocalNodes(1, Map.of());

    /// Nodes whose handlers have no other names.
    LocalNodes(int count, Map<String, Set<String>> runtimes) {
        this(count, runtimes, HandlerNames.DEFAULT, Optional.empty(), MeasureAfter.DEFAULT);
    }

    private static final int MOST = 16;

    /// The name of the first node beside which the others are called `worker1` and so on.
    private static final String MASTER = "master";

    /// Refuses numbers out of range, words that name no runtime, and a node without runc.
    LocalNodes {
        if (count < 1 || count > MOST) {
            throw badCount(Integer.toString(count));
        }
        runtimes = copy(runtimes);
        runtimes.forEach(LocalNodes::check);
        if (cni.isPresent() && count > 1) {
            throw new EngineException(
                    "--cni-config is for one node, and --nodes is %d: each node would give its pods the same addresses"
                            .formatted(count));
        }
    }

    private static Map<String, Set<String>> copy(Map<String, Set<String>> runtimes) {
        Map<String, Set<String>> copy = new LinkedHashMap<>();
        runtimes.forEach((node, words) -> copy.put(node, new LinkedHashSet<>(words)));
        return java.util.Collections.unmodifiableMap(copy);
    }

    private static void check(String node, Set<String> words) {
        for (String word : words) {
            if (!WORDS.containsKey(word)) {
                throw new EngineException(
                        "--runtimes knows runc, gvisor and kata, not \"%s\""
                                .formatted(Printable.of(word)));
            }
        }
        if (!words.contains(Names.RUNC)) {
            throw new EngineException(
                    "--runtimes: every node needs runc; say %s=runc,%s"
                            .formatted(Printable.of(node), String.join(",", words)));
        }
    }

    LocalNodes withCount(int other) {
        return new LocalNodes(other, runtimes, handlerNames, cni, measureAfter);
    }

    LocalNodes withRuntimes(Map<String, Set<String>> others) {
        return new LocalNodes(count, others, handlerNames, cni, measureAfter);
    }

    LocalNodes withHandlerNames(HandlerNames others) {
        return new LocalNodes(count, runtimes, others, cni, measureAfter);
    }

    LocalNodes withCni(CniSettings network) {
        return new LocalNodes(count, runtimes, handlerNames, Optional.of(network), measureAfter);
    }

    LocalNodes withMeasureAfter(MeasureAfter other) {
        return new LocalNodes(count, runtimes, handlerNames, cni, other);
    }

    /// Reads a number of nodes.
    static int count(String text) {
        if (!text.matches("[1-9]\\d?") || Integer.parseInt(text) > MOST) {
            throw badCount(text);
        }
        return Integer.parseInt(text);
    }

    private static EngineException badCount(String text) {
        return new EngineException(
                "--nodes wants a number from 1 to %d, not \"%s\""
                        .formatted(MOST, Printable.of(text)));
    }

    /// Reads `NODE=RUNTIME[,RUNTIME]...`, once for each node; one empty text is none.
    static Map<String, Set<String>> runtimes(Collection<String> flags) {
        Map<String, Set<String>> runtimes = new LinkedHashMap<>();
        if (List.copyOf(flags).equals(NodeFlags.NOTHING)) {
            return runtimes;
        }
        for (String flag : flags) {
            String[] sides = flag.split("=", -1);
            if (sides.length != 2 || sides[0].isEmpty()) {
                throw new EngineException(
                        "--runtimes wants a node and its runtimes like worker1=runc,gvisor, not \"%s\""
                                .formatted(Printable.of(flag)));
            }
            Set<String> words = new LinkedHashSet<>(List.of(sides[1].split(",", -1)));
            if (runtimes.putIfAbsent(sides[0], words) != null) {
                throw new EngineException(
                        "--runtimes names %s twice".formatted(Printable.of(sides[0])));
            }
        }
        return runtimes;
    }

    /// Their names, in order: `master`, `worker1`, `worker2`; where the first is called otherwise,
    /// the others are called after it, so that several engines can be on one machine.
    List<String> names(String first) {
        String prefix = first.equals(MASTER) ? "" : first + "-";
        return Stream.concat(
                        Stream.of(first),
                        IntStream.range(1, count).mapToObj(i -> prefix + "worker" + i))
                .toList();
    }

    /// The handlers that a node is to have; empty for all that the machine has.
    Optional<Set<String>> handlers(String node) {
        if (runtimes.isEmpty()) {
            return Optional.empty();
        }
        Set<String> handlers = new LinkedHashSet<>();
        runtimes.getOrDefault(node, Set.of(Names.RUNC))
                .forEach(word -> handlers.add(WORDS.getOrDefault(word, word)));
        return Optional.of(handlers);
    }

    /// Refuses runtimes of nodes that there are not.
    ///
    /// @param first name of the first node
    void requireKnown(String first) {
        List<String> names = names(first);
        List<String> strange = new ArrayList<>(runtimes.keySet());
        strange.removeAll(names);
        if (!strange.isEmpty()) {
            throw new EngineException(
                    "--runtimes names the node %s; this engine has %s"
                            .formatted(Printable.of(strange.getFirst()), String.join(", ", names)));
        }
    }
}
