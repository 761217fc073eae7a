package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.selectors.Selector;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.store.Entry;
import dev.glovebox.store.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Reads collections. A list that nobody narrows and that is wanted whole is copied from the store
/// without looking into it.
///
/// A list in chunks names the revision of its first chunk throughout, and reads later chunks as
/// they are then: a watch from that revision tells whatever changed in between.
final class Lists {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int CHUNK = 500;

    private final Registry registry;

    Lists(Registry registry) {
        this.registry = registry;
    }

    /// A part of a collection.
    ///
    /// @param revision that the client is told
    /// @param next key after which the next part begins; empty for the last part
    /// @param remaining how many objects follow; 0 where nobody knows
    record Page(long revision, List<Entry> entries, String next, long remaining) {}

    /// A list as bytes.
    byte[] list(Route route, ListOptions options, Rendering rendering) {
        Page page = page(route, options);
        ObjectNode metadata = metadata(page);
        if (route.kind().schema().structural() && !metadata.has("continue")) {
            metadata.put("continue", "");
        }
        if (!rendering.plain()) {
            List<ObjectNode> items = new ArrayList<>();
            page.entries().forEach(entry -> items.add(Registry.decode(route, entry)));
            return rendering.bytes(rendering.list(metadata, route.apiVersion(), items));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String start =
                "{\"kind\":\"%sList\",\"apiVersion\":\"%s\",\"metadata\":%s,\"items\":["
                        .formatted(route.kind().names().kind(), route.apiVersion(), metadata);
        out.writeBytes(start.getBytes(StandardCharsets.UTF_8));
        byte[] head =
                route.kind().schema().structural()
                        ? EncodedObject.head(route.apiVersion(), route.kind().names().kind())
                        : EncodedObject.itemHead();
        boolean first = true;
        for (Entry entry : page.entries()) {
            if (!first) {
                out.write(',');
            }
            first = false;
            EncodedObject.write(out, head, Registry.told(route, entry), entry.revision());
        }
        out.writeBytes(new byte[] {']', '}'});
        return out.toByteArray();
    }

    /// The objects that are picked.
    Page page(Route route, ListOptions options) {
        long limit = Math.max(0, options.parameters().number("limit").orElse(0));
        Start start = start(options);
        String prefix = route.key();
        String after = start.after().isEmpty() ? "" : prefix + start.after();
        List<Entry> picked = new ArrayList<>();
        long revision = start.revision();
        while (true) {
            int most =
                    limit == 0
                            ? 0
                            : options.selector().isPresent() ? CHUNK : (int) Math.min(limit, CHUNK);
            Store.Slice slice = registry.store().list(prefix, after, most);
            revision = revision == 0 ? slice.revision() : revision;
            for (int i = 0; i < slice.entries().size(); i++) {
                Entry entry = slice.entries().get(i);
                if (picks(options.selector(), route, entry)) {
                    picked.add(entry);
                }
                after = entry.key();
                long left = slice.more() + slice.entries().size() - i - 1;
                if (limit > 0 && picked.size() == limit && left > 0) {
                    return new Page(
                            revision,
                            picked,
                            after.substring(prefix.length()),
                            options.selector().isPresent() ? 0 : left);
                }
            }
            if (slice.more() == 0) {
                checkVersion(options, slice.revision());
                return new Page(revision, picked, "", 0);
            }
        }
    }

    private static boolean picks(Optional<Selector> selector, Route route, Entry entry) {
        return selector.isEmpty() || selector.get().matches(Registry.decode(route, entry));
    }

    /// A client may know a future that this store does not, or want a past that is gone.
    private static void checkVersion(ListOptions options, long current) {
        long wanted = options.revision(StatusReason.BAD_REQUEST, "invalid resource version: ");
        if (Long.compareUnsigned(wanted, current) > 0) {
            throw tooLarge(wanted, current);
        }
        if (options.match().equals("Exact") && wanted != current) {
            throw new ApiException(
                    StatusReason.EXPIRED,
                    "The provided resource version is too old: %d, current: %d"
                            .formatted(wanted, current));
        }
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
            if (read.path("rv").asLong() < 1 || read.path("start").asText().isEmpty()) {
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
            ObjectNode token = JsonNodeFactory.instance.objectNode();
            token.put("v", "meta.k8s.io/v1").put("rv", page.revision()).put("start", page.next());
            metadata.put(
                    "continue",
                    Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(EncodedObject.bytes(token)));
            if (page.remaining() > 0) {
                metadata.put("remainingItemCount", page.remaining());
            }
        }
        return metadata;
    }
}
