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
        if (expression.length() > LONGEST || ExpressionSize.of(expression).isTooMuch()) {
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
}
