package dev.glovebox.node.spec;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Replaces `$(NAME)` in commands and values: `$$` is a dollar, a name that is not known stays as
/// it is written. Source: `k8s.io/kubernetes/third_party/forked/golang/expansion`.
public final class Expansion {
    private Expansion() {}

    /// The text with what is known in place of its names.
    public static String expand(String text, Map<String, String> values) {
        StringBuilder expanded = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            char next = at + 1 < text.length() ? text.charAt(at + 1) : 0;
            int close = c == '$' && next == '(' ? text.indexOf(')', at) : -1;
            if (c == '$' && next == '$') {
                expanded.append('$');
                at += 2;
            } else if (close >= 0) {
                String name = text.substring(at + 2, close);
                String value = values.get(name);
                expanded.append(value == null ? "$(" + name + ")" : value);
                at = close + 1;
            } else {
                expanded.append(c);
                at++;
            }
        }
        return expanded.toString();
    }

    /// Names in a text that stand for nothing: not known, or empty. In their order, each once.
    public static List<String> missing(String text, Map<String, String> values) {
        TreeSet<String> missing = new TreeSet<>();
        int at = 0;
        while (at < text.length() - 1) {
            int close = text.startsWith("$(", at) ? text.indexOf(')', at) : -1;
            if (close >= 0) {
                String name = text.substring(at + 2, close);
                if (values.getOrDefault(name, "").isEmpty()) {
                    missing.add(name);
                }
                at = close + 1;
            } else {
                at += text.startsWith("$$", at) ? 2 : 1;
            }
        }
        return List.copyOf(missing);
    }
}
