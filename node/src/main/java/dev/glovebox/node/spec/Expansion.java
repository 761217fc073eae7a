package dev.glovebox.node.spec;

import java.util.Map;

/// Replaces `$(NAME)` in commands and values: `$$` is a dollar, a name that is not known stays as
/// it is written. Source: `k8s.io/kubernetes/third_party/forked/golang/expansion`.
final class Expansion {
    private Expansion() {}

    static String expand(String text, Map<String, String> values) {
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
}
