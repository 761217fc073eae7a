package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.Subresource;
import dev.glovebox.apiserver.table.Tables;
import dev.glovebox.store.Entry;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Answers requests that change nothing.
final class Reads {
    private static final Set<String> STREAMS = Set.of("log", "exec", "attach", "portforward");

    private final Registry registry;
    private final Lists lists;
    private final Watches watches;
    private final PodStreams streams;
    private final MeasuredReads measured;
    private final Tables tables;
    private final Kind scaleKind;

    Reads(
            Registry registry,
            Lists lists,
            MeasuredReads measured,
            PodStreams streams,
            Tables tables,
            Kind scaleKind,
            Clock clock) {
        this.measured = measured;
        this.registry = registry;
        this.lists = lists;
        this.watches = new Watches(registry, lists, clock);
        this.streams = streams;
        this.tables = tables;
        this.scaleKind = scaleKind;
    }

    Answer answer(Call call, Route route, String verb) {
        Parameters parameters = new Parameters(call.query());
        if (STREAMS.contains(route.subresource())) {
            return streams.answer(call, route);
        }
        if (!route.subresource().isEmpty() && !readable(route)) {
            throw Refusals.methodNotAllowed();
        }
        Optional<Scales> scale = route.scale();
        Rendering rendering =
                new Rendering(
                        Representation.of(call.accept()),
                        tables,
                        scale.isPresent() ? scaleKind : route.kind(),
                        parameters);
        if (measured.serve(route.kind())) {
            return whole(rendering, measured.answer(route, verb, parameters, rendering));
        }
        if (scale.isPresent()) {
            ObjectNode object = registry.object(route);
            scale.get().checkWanted(object);
            ObjectNode told = scale.get().told(object);
            return whole(rendering, rendering.bytes(rendering.object(told)));
        }
        return switch (verb) {
            case "get" -> get(route, rendering);
            case "watch" ->
                    watches.open(route, ListOptions.of(parameters, route.kind(), true), rendering);
            default -> {
                ListOptions options = ListOptions.of(parameters, route.kind(), false);
                yield new Answer.Listing(
                        rendering.contentType(), lists.list(route, options, rendering), List.of());
            }
        };
    }

    private static boolean readable(Route route) {
        return route.kind()
                .subresource(route.subresource())
                .map(Subresource::verbs)
                .filter(verbs -> verbs.contains("get"))
                .isPresent();
    }

    private Answer get(Route route, Rendering rendering) {
        Entry entry = registry.entry(route);
        if (!rendering.plain()) {
            return whole(
                    rendering, rendering.bytes(rendering.object(Registry.decode(route, entry))));
        }
        byte[] head = EncodedObject.head(route.apiVersion(), route.kind().names().kind());
        return whole(
                rendering, EncodedObject.told(head, Registry.told(route, entry), entry.revision()));
    }

    private static Answer whole(Rendering rendering, byte[] body) {
        return new Answer.Whole(200, rendering.contentType(), body, List.of());
    }
}
