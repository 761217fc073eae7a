package dev.glovebox.runtimes.foreign;

import java.util.List;

/// The lines of ours in someone's configuration: between two comments, behind one empty line, at
/// the end of the file when they are written.
///
/// @param handler whose block it is
record OwnBlock(String handler) {
    private String begin() {
        return "# glovebox: handler "
                + handler
                + " begins; `glovebox runtimes configure --undo` takes it away";
    }

    private String end() {
        return "# glovebox: handler " + handler + " ends";
    }

    /// Whether a text has one.
    boolean isIn(String text) {
        return text.lines().anyMatch(begin()::equals);
    }

    /// A text with the block at its end, in the text's own line ends.
    String appendedTo(String text, List<String> lines) {
        String eol = eol(text);
        StringBuilder all = new StringBuilder(text);
        if (!text.isEmpty()) {
            all.append(text.endsWith("\n") ? "" : eol).append(eol);
        }
        all.append(begin()).append(eol);
        lines.forEach(line -> all.append(line).append(eol));
        return all.append(end()).append(eol).toString();
    }

    /// A text without its block; the text itself where it has none.
    String cutFrom(String text) {
        int begin = lineStart(text, begin(), 0);
        int end = begin < 0 ? -1 : lineStart(text, end(), begin);
        if (begin < 0) {
            return text;
        }
        if (end < 0) {
            throw new ConfigurationRefused(
                    "the lines of handler "
                            + handler
                            + " begin, and the comment that ends them is gone");
        }
        int next = text.indexOf('\n', end);
        String before = text.substring(0, begin);
        String eol = eol(text);
        if (before.endsWith(eol + eol)) {
            before = before.substring(0, before.length() - eol.length());
        }
        return before + (next < 0 ? "" : text.substring(next + 1));
    }

    private static int lineStart(String text, String line, int from) {
        int at = text.indexOf(line, from);
        while (at > 0 && text.charAt(at - 1) != '\n') {
            at = text.indexOf(line, at + 1);
        }
        return at;
    }

    /// How the first line of a text ends.
    static String eol(String text) {
        int first = text.indexOf('\n');
        return first > 0 && text.charAt(first - 1) == '\r' ? "\r\n" : "\n";
    }
}
