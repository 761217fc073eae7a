package dev.glovebox.apiserver.structural;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Regular expressions of clients, in the syntax of Go and in time linear in the text: RE2. The
/// size of the compiled expression is bounded, because counted repetitions multiply.
public final class Regex {
    /// Most characters of an expression.
    private static final int LONGEST = 16 << 10;

    /// Most copies that nested counted repetitions may make of anything, as in Go.
    private static final int MOST_COPIES = 1000;

    private static final int KEPT = 256;

    private static final Map<String, Pattern> KNOWN =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Pattern> eldest) {
                    return size() > KEPT;
                }
            };

    private Regex() {}

    /// The compiled expression; recently used ones are kept.
    ///
    /// @throws IllegalArgumentException that says in Go's words what is wrong with it
    public static Pattern compile(String expression) {
        synchronized (KNOWN) {
            Pattern known = KNOWN.get(expression);
            if (known != null) {
                return known;
            }
        }
        if (expression.length() > LONGEST || copies(expression) > MOST_COPIES) {
            throw new IllegalArgumentException(
                    "error parsing regexp: expression nests too deeply or repeats too often");
        }
        try {
            Pattern compiled = Pattern.compile(expression);
            synchronized (KNOWN) {
                KNOWN.put(expression, compiled);
            }
            return compiled;
        } catch (PatternSyntaxException e) {
            String part = e.getPattern() == null ? "" : ": `" + e.getPattern() + "`";
            throw new IllegalArgumentException(
                    "error parsing regexp: " + e.getDescription() + part, e);
        }
    }

    /// How often counted repetitions copy what is copied most: the product along nesting, taken for
    /// the worst case as if every group that is open holds every repetition before it closes.
    private static long copies(String expression) {
        long[] inside = new long[expression.length() + 2];
        int depth = 0;
        inside[0] = 1;
        long last = 1;
        long most = 1;
        for (int i = 0; i < expression.length(); i++) {
            switch (expression.charAt(i)) {
                case '\\' -> {
                    i++;
                    last = 1;
                }
                case '[' -> {
                    i = classEnd(expression, i);
                    last = 1;
                }
                case '(' -> {
                    inside[++depth] = 1;
                    last = 1;
                }
                case ')' -> {
                    last = inside[depth];
                    depth = Math.max(0, depth - 1);
                }
                case '{' -> {
                    int end = expression.indexOf('}', i);
                    last *= end < 0 ? 1 : count(expression.substring(i + 1, end));
                    i = end < 0 ? i : end;
                }
                case '*', '+', '?' -> {}
                default -> last = 1;
            }
            inside[depth] = Math.max(inside[depth], last);
            most = Math.max(most, last);
            if (most > MOST_COPIES) {
                return most;
            }
        }
        return most;
    }

    private static int classEnd(String expression, int start) {
        int i = start + 1;
        if (i < expression.length() && expression.charAt(i) == '^') {
            i++;
        }
        if (i < expression.length() && expression.charAt(i) == ']') {
            i++;
        }
        while (i < expression.length() && expression.charAt(i) != ']') {
            i += expression.charAt(i) == '\\' ? 2 : 1;
        }
        return i;
    }

    /// The larger number of `n`, `n,` or `n,m`; 1 for what is no repetition.
    private static long count(String text) {
        long largest = 1;
        for (String part : text.split(",", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            if (part.length() > 6 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return 1;
            }
            largest = Math.max(largest, Long.parseLong(part));
        }
        return largest;
    }
}
