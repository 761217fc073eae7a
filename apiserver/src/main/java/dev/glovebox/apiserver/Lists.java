package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.selectors.Selector;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.store.Entry;
import dev.glovebox.store.Image;
import dev.glovebox.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Reads collections, each list at one revision: the newest, or the one that it names, as far back
/// as the store remembers. The chunks of a list are all of the revision of the first.
final class Lists {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /// What a token has for a revision where the first one is forgotten.
    private static final long NEWEST = -1;

    private final Registry registry;

    Lists(Registry registry) {
        this.registry = registry;
    }

    /// A part of a collection.
    ///
    /// @param entries of one revision, as they are told; they can be gone through more than once
    /// @param next key after which the next part begins; empty for the last part
    /// @param remaining how many objects follow; 0 where nobody knows
    record Page(long revision, Iterable<Entry> entries, String next, long remaining) {}

    /// A list, to be written.
    ListBody list(Route route, ListOptions options, Rendering rendering) {
        Page page = page(route, options);
        ObjectNode metadata = metadata(page);
        if (route.kind().schema().structural() && rendering.whole() && !metadata.has("continue")) {
            metadata.put("continue", "");
        }
        return new ListBody(route, metadata, page.entries(), rendering);
    }

    /// The objects that are picked.
    Page page(Route route, ListOptions options) {
        long limit = Math.max(0, options.parameters().number("limit").orElse(0));
        Start start = start(options);
        Image image = image(options, start, limit);
        String prefix = route.key();
        String after = start.after().isEmpty() ? "" : prefix + start.after();
        UnaryOperator<List<Entry>> picking = picking(route, options);
        if (limit == 0) {
            return new Page(
                    image.revision(), () -> new Cursor(image, prefix, after, picking, 0), "", 0);
        }
        List<Entry> picked = new ArrayList<>();
        // Nothing is converted that nobody wants; what is picked may be few among many.
        long most = options.selector().isEmpty() ? limit : 0;
        Cursor cursor = new Cursor(image, prefix, after, picking, most);
        while (picked.size() < limit && cursor.hasNext()) {
            picked.add(cursor.next());
        }
        if (picked.size() < limit) {
            return new Page(image.revision(), picked, "", 0);
        }
        String last = picked.getLast().key();
        Store.Slice rest = image.list(prefix, last, 1);
        return rest.entries().isEmpty()
                ? new Page(image.revision(), picked, "", 0)
                : new Page(
                        image.revision(),
                        picked,
                        last.substring(prefix.length()),
                        options.selector().isPresent() ? 0 : 1 + rest.more());
    }

    /// From entries as they are kept to those that are picked, as they are told. Names and labels
    /// are the same in every version, unless a converter says otherwise.
    private UnaryOperator<List<Entry>> picking(Route route, ListOptions options) {
        UnaryOperator<List<Entry>> telling = some -> registry.shared(route, some);
        if (options.selector().isEmpty()) {
            return telling;
        }
        Selector selector = options.selector().get();
        Predicate<Entry> picked =
                options.byMetadata()
                        ? entry -> selector.matches(EncodedObject.labelled(entry))
                        : entry -> selector.matches(Registry.asTold(route, entry));
        return options.byMetadata() && !Registry.isConverted(route.kind())
                ? some -> telling.apply(only(some, picked))
                : some -> only(telling.apply(some), picked);
    }

    private static List<Entry> only(List<Entry> entries, Predicate<Entry> picked) {
        return entries.stream().filter(picked).toList();
    }

    /// The state that the options ask for. A client may know a future that this store does not, or
    /// want a past that is gone.
    private Image image(ListOptions options, Start start, long limit) {
        Image now = registry.store().image();
        if (start.revision() > 0) {
            return then(now, start.revision(), () -> continueExpired(start.after()));
        }
        long wanted = options.revision(StatusReason.BAD_REQUEST, "invalid resource version: ");
        if (Long.compareUnsigned(wanted, now.revision()) > 0) {
            throw tooLarge(wanted, now.revision());
        }
        boolean exact =
                options.match().equals("Exact")
                        || (options.match().isEmpty() && limit > 0 && wanted > 0);
        return exact ? then(now, wanted, Lists::expired) : now;
    }

    private Image then(Image now, long revision, Supplier<ApiException> expired) {
        if (revision > now.revision()) {
            throw tooLarge(revision, now.revision());
        }
        try {
            return registry.store().image(revision);
        } catch (Store.CompactedException e) {
            throw expired.get();
        }
    }

    private static ApiException expired() {
        return new ApiException(
                StatusReason.EXPIRED, "The resourceVersion for the provided list is too old.");
    }

    /// The rest can be had as it is now, by a token that says so.
    private static ApiException continueExpired(String after) {
        return new ApiException(
                        StatusReason.EXPIRED,
                        "The provided continue parameter is too old to display a consistent list"
                                + " result. You can start a new list without the continue parameter,"
                                + " or use the continue token in this response to retrieve the"
                                + " remainder of the results. Continuing with the provided token"
                                + " results in an inconsistent list - objects that were created,"
                                + " modified, or deleted between the time the first chunk was"
                                + " returned and now may show up in the list.")
                .continued(token(NEWEST, after));
    }

    static ApiException tooLarge(long wanted, long current) {
        return new ApiException(
                StatusReason.TIMEOUT,
                "Timeout: Too large resource version: %s, current: %d"
                        .formatted(Long.toUnsignedString(wanted), current),
                new ApiException.Details(
                        "",
                        "",
                        "",
                        List.of(
                                new ApiException.Cause(
                                        "ResourceVersionTooLarge",
                                        "Too large resource version",
                                        "")),
                        1));
    }

    /// Where a list begins.
    ///
    /// @param revision of its objects; [#NEWEST] for whatever is there now, and 0 for what the
    ///   options say
    /// @param after key behind which it begins; empty for the beginning
    private record Start(long revision, String after) {}

    private static Start start(ListOptions options) {
        String token = options.parameters().text("continue");
        if (token.isEmpty()) {
            return new Start(0, "");
        }
        if (!options.newest()) {
            throw Refusals.badRequest(
                    "specifying resource version is not allowed when using continue");
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(token);
            if (bytes.length > 0 && bytes[0] != '{') {
                throw badToken(
                        "invalid character %s looking for beginning of value"
                                .formatted(quoted(bytes[0] & 0xff)));
            }
            JsonNode read = MAPPER.readTree(bytes);
            if (read.path("rv").asLong() < NEWEST
                    || read.path("rv").asLong() == 0
                    || read.path("start").asText().isEmpty()) {
                throw badToken("a part is missing");
            }
            return new Start(read.path("rv").asLong(), read.path("start").asText());
        } catch (IOException | IllegalArgumentException e) {
            throw badToken("not ours");
        }
    }

    /// A byte as Go quotes it.
    private static String quoted(int code) {
        String text;
        if (code < 0x20 || code == 0x7f) {
            text = "\\x%02x".formatted(code);
        } else if (code >= 0x80 && code <= 0xa0) {
            text = "\\u%04x".formatted(code);
        } else {
            text = String.valueOf((char) code);
        }
        return "'" + text + "'";
    }

    private static ApiException badToken(String why) {
        return Refusals.badRequest("invalid continue token: continue key is not valid: " + why);
    }

    private static ObjectNode metadata(Page page) {
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        metadata.put("resourceVersion", Long.toString(page.revision()));
        if (!page.next().isEmpty()) {
            metadata.put("continue", token(page.revision(), page.next()));
            if (page.remaining() > 0) {
                metadata.put("remainingItemCount", page.remaining());
            }
        }
        return metadata;
    }

    private static String token(long revision, String after) {
        ObjectNode token = JsonNodeFactory.instance.objectNode();
        token.put("v", "meta.k8s.io/v1").put("rv", revision).put("start", after);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(EncodedObject.bytes(token));
    }
}
