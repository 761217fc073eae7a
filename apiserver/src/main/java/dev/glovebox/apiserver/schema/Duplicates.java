package dev.glovebox.apiserver.schema;

import com.fasterxml.jackson.core.JsonParser;
import java.util.ArrayList;
import java.util.List;

/// Notes fields that occur twice while a document is read. Where it is becomes a text only when
/// there is something to note: to write it down for each of a million values of a deep document
/// would take hours. One document, one thread.
final class Duplicates {
    private static final int MOST = 100;

    private final JsonParser parser;
    private final List<Object> path = new ArrayList<>();
    private final List<JsonReader.Duplicate> found = new ArrayList<>();

    Duplicates(JsonParser parser) {
        this.parser = parser;
    }

    /// Goes into a field.
    void enter(String name) {
        path.addLast(name);
    }

    /// Goes into an item.
    void enter(int index) {
        path.addLast(index);
    }

    /// Goes back.
    void leave() {
        path.removeLast();
    }

    /// The object here has a second field of this name.
    void note(String name) {
        if (found.size() < MOST) {
            enter(name);
            int line = parser.currentTokenLocation().getLineNr();
            found.add(new JsonReader.Duplicate(text(), name, line));
            leave();
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (Object part : path) {
            if (part instanceof Integer index) {
                text.append('[').append((int) index).append(']');
            } else {
                text.append(text.isEmpty() ? "" : ".").append(part);
            }
        }
        return text.toString();
    }

    List<JsonReader.Duplicate> found() {
        return found;
    }
}
