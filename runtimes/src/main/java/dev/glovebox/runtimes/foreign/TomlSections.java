package dev.glovebox.runtimes.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/// Where the tables of a TOML text begin, so that whole tables can be cut out of it and every other
/// byte stays. Knows strings and comments as far as is needed to tell a header from a value; what
/// the text means, the parser says.
final class TomlSections {
    private final String text;

    TomlSections(String text) {
        this.text = text;
    }

    /// A table's header.
    ///
    /// @param start where its line begins
    /// @param path its keys; empty for a header that is not read as one
    record Header(int start, List<String> path) {
        Header {
            path = List.copyOf(path);
        }

        private boolean isIn(List<String> table) {
            return path.size() >= table.size() && path.subList(0, table.size()).equals(table);
        }
    }

    /// The headers, first to last.
    List<Header> headers() {
        List<Header> found = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int first = skipBlanks(at);
            if (first < text.length() && text.charAt(first) == '[') {
                int end = lineEnd(first);
                found.add(new Header(at, keys(text.substring(first, end))));
                at = end + 1;
            } else {
                at = statementEnd(first);
            }
        }
        return found;
    }

    /// The text without the tables at or below a path. Comments and empty lines before the next
    /// table stay: they are that one's.
    String without(List<String> table) {
        List<Header> all = headers();
        StringBuilder kept = new StringBuilder();
        int from = 0;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).isIn(table)) {
                kept.append(text, from, Math.max(from, all.get(i).start()));
                int next = i + 1 < all.size() ? all.get(i + 1).start() : text.length();
                from = leadBefore(next, all.get(i).start());
            }
        }
        return kept.append(text, from, text.length()).toString();
    }

    /// Where the comments and empty lines begin that stand right before `position`.
    private int leadBefore(int position, int notBefore) {
        int at = position;
        while (at > notBefore) {
            int line = text.lastIndexOf('\n', at - 2) + 1;
            int first = skipBlanks(line);
            boolean lead = first >= at || "#\r\n".indexOf(text.charAt(first)) >= 0;
            if (!lead || line <= notBefore) {
                return at;
            }
            at = line;
        }
        return at;
    }

    private static List<String> keys(String header) {
        List<String> path = new ArrayList<>();
        JsonNode node = Toml.read(header + "\n", "the line " + header.strip());
        while (node instanceof ObjectNode table && table.size() == 1) {
            path.add(table.fieldNames().next());
            node = table.elements().next();
        }
        return path;
    }

    private int skipBlanks(int from) {
        int at = from;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    private int lineEnd(int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    /// The place behind a statement, which ends with its line unless a bracket or a string is open.
    private int statementEnd(int from) {
        int depth = 0;
        int at = from;
        while (at < text.length()) {
            switch (text.charAt(at)) {
                case '#' -> at = lineEnd(at) - 1;
                case '"', '\'' -> at = stringEnd(at) - 1;
                case '[', '{' -> depth++;
                case ']', '}' -> depth--;
                case '\n' -> {
                    if (depth <= 0) {
                        return at + 1;
                    }
                }
                default -> {}
            }
            at++;
        }
        return text.length();
    }

    private int stringEnd(int from) {
        char quote = text.charAt(from);
        String three = String.valueOf(quote).repeat(3);
        boolean multiline = text.startsWith(three, from);
        String closing = multiline ? three : String.valueOf(quote);
        int at = from + closing.length();
        while (at < text.length() && !text.startsWith(closing, at)) {
            at += quote == '"' && text.charAt(at) == '\\' ? 2 : 1;
        }
        at = Math.min(text.length(), at + closing.length());
        while (multiline && at < text.length() && text.charAt(at) == quote) {
            at++; // a multi-line string may end with quotes of its own
        }
        return at;
    }
}
