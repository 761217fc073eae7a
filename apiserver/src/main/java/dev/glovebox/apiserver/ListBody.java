package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.store.Entry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/// A list, written item by item: what it takes in memory is one item, however long it is. Objects
/// that are wanted whole are copied from the store without looking into them.
///
/// @param metadata of the list
/// @param entries the objects, as they are told
record ListBody(Route route, ObjectNode metadata, Iterable<Entry> entries, Rendering rendering)
        implements Answer.Body {
    @Override
    public void writeTo(OutputStream out) throws IOException {
        ObjectNode head = rendering.listHead(metadata, route.apiVersion());
        Iterator<Entry> left = entries.iterator();
        if (!left.hasNext()) {
            head.set(rendering.listField(), rendering.noItems());
            out.write(rendering.bytes(head));
        } else if (rendering.yaml()) {
            yaml(out, head, left);
        } else {
            json(out, head, left);
        }
    }

    private void json(OutputStream out, ObjectNode head, Iterator<Entry> left) throws IOException {
        byte[] open = rendering.bytes(head);
        out.write(open, 0, open.length - 1);
        out.write(ascii(",\"" + rendering.listField() + "\":["));
        byte[] itemHead = itemHead();
        json(out, itemHead, left.next());
        while (left.hasNext()) {
            out.write(',');
            json(out, itemHead, left.next());
        }
        out.write(ascii("]}"));
    }

    private void json(OutputStream out, byte[] itemHead, Entry entry) throws IOException {
        if (rendering.plain()) {
            EncodedObject.write(out, itemHead, entry, entry.revision());
        } else {
            out.write(EncodedObject.bytes(item(entry)));
        }
    }

    /// Objects of a definition say of what kind they are even in a list.
    private byte[] itemHead() {
        return route.kind().schema().structural()
                ? EncodedObject.head(route.apiVersion(), route.kind().names().kind())
                : EncodedObject.itemHead();
    }

    /// In YAML a sequence in a mapping is indented no further than one by itself.
    private void yaml(OutputStream out, ObjectNode head, Iterator<Entry> left) throws IOException {
        out.write(rendering.bytes(head));
        out.write(ascii(rendering.listField() + ":\n"));
        while (left.hasNext()) {
            out.write(rendering.bytes(JsonNodeFactory.instance.arrayNode().add(item(left.next()))));
        }
    }

    private JsonNode item(Entry entry) {
        return rendering.item(Registry.asTold(route, entry));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
