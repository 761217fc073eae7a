package dev.glovebox.apiserver.selectors;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Cuts a label selector into its tokens; the empty token is the end.
final class LabelLexer {
    static final String END = "";
    private static final String SPECIAL = "=!(),><";
    private static final Set<String> SYMBOLS =
            Set.of(")", ",", "!", "==", "=", "!=", "(", ">", "<");

    private LabelLexer() {}

    static List<String> tokens(String text) {
        List<String> tokens = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
                continue;
            }
            int end = SPECIAL.indexOf(c) >= 0 ? symbol(text, at) : word(text, at);
            tokens.add(text.substring(at, end));
            at = end;
        }
        tokens.add(END);
        return tokens;
    }

    static boolean word(String token) {
        return !token.isEmpty() && !SYMBOLS.contains(token);
    }

    private static int symbol(String text, int from) {
        int two = from + 2;
        return two <= text.length() && SYMBOLS.contains(text.substring(from, two)) ? two : from + 1;
    }

    private static int word(String text, int from) {
        int end = from;
        while (end < text.length()
                && SPECIAL.indexOf(text.charAt(end)) < 0
                && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return end;
    }
}
