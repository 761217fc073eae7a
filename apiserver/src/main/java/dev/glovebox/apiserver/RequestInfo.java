package dev.glovebox.apiserver;

import dev.glovebox.apiserver.auth.RequestAttributes;
import dev.glovebox.apiserver.auth.User;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a request is about by its URL alone, whether or not there is such a resource: only who may
/// ask gets to know. Source: apiserver's `RequestInfoFactory`.
public final class RequestInfo {
    private static final Set<String> OF_NAMESPACES = Set.of("status", "finalize");
    private static final Pattern ONE_NAME = Pattern.compile("metadata\\.name=([^,=!]+)");

    private RequestInfo() {}

    /// The attributes of a request about resources; empty for any other.
    public static Optional<RequestAttributes> of(User user, Call call) {
        List<String> parts = List.of(call.path().substring(1).split("/", -1));
        boolean core = parts.getFirst().equals("api");
        int from = core ? 2 : 3;
        boolean about = core || parts.getFirst().equals("apis");
        if (!about || parts.size() <= from || parts.get(from).isEmpty()) {
            return Optional.empty();
        }
        String group = core ? "" : parts.get(1);
        List<String> rest = parts.subList(from, parts.size());
        boolean watch = rest.getFirst().equals("watch") && rest.size() > 1;
        return Optional.of(
                attributes(user, call, group, watch ? rest.subList(1, rest.size()) : rest, watch));
    }

    private static RequestAttributes attributes(
            User user, Call call, String group, List<String> parts, boolean watch) {
        boolean inNamespace =
                parts.getFirst().equals("namespaces")
                        && parts.size() > 2
                        && !OF_NAMESPACES.contains(parts.get(2));
        List<String> rest = inNamespace ? parts.subList(2, parts.size()) : parts;
        String resource = rest.getFirst();
        String named = rest.size() > 1 ? rest.get(1) : "";
        String verb = verb(call, named.isEmpty(), watch);
        String name = named.isEmpty() ? selected(call, verb) : named;
        boolean namespaces = group.isEmpty() && resource.equals("namespaces");
        return new RequestAttributes(
                user,
                verb,
                group,
                resource,
                rest.size() > 2 ? rest.get(2) : "",
                inNamespace ? parts.get(1) : namespaces ? named : "",
                name);
    }

    private static String verb(Call call, boolean collection, boolean watch) {
        return switch (call.method()) {
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> collection ? "deletecollection" : "delete";
            case "GET", "HEAD" -> {
                if (watch || (collection && new Parameters(call.query()).truth("watch"))) {
                    yield "watch";
                }
                yield collection ? "list" : "get";
            }
            default -> call.method().toLowerCase(Locale.ROOT);
        };
    }

    /// A collection of one name is that one.
    private static String selected(Call call, String verb) {
        if (!Set.of("list", "watch", "deletecollection").contains(verb)) {
            return "";
        }
        Matcher one = ONE_NAME.matcher(new Parameters(call.query()).text("fieldSelector"));
        return one.matches() ? one.group(1) : "";
    }
}
