package dev.glovebox.apiserver.structural;

/// How large a regular expression becomes when it is compiled, and how much of the stack it takes,
/// estimated before that is done. What is no expression may be estimated as anything.
final class ExpressionSize {
    /// Most copies that nested counted repetitions may make of anything, as in Go.
    private static final int MOST_COPIES = 1000;

    /// Most steps that a match may take without a character, each of which takes a piece of stack.
    private static final int MOST_STEPS = 3000;

    /// Deepest nesting of groups: they are compiled by recursion.
    private static final int DEEPEST = 250;

    private static final String EMPTY_ESCAPES = "bBAzZ";

    private final String text;
    private final Part[] open = new Part[DEEPEST + 1];
    private int depth;
    private Part last = new Part(1, 0);
    private boolean tooMuch;

    /// Of a part of the expression.
    ///
    /// @param copies that are made of what is copied most in it
    /// @param steps without a character, as if all of them followed each other
    private record Part(long copies, long steps) {
        Part and(Part next) {
            return new Part(Math.max(copies, next.copies), steps + next.steps);
        }

        Part times(long count) {
            return new Part(copies * count, (steps + 1) * count);
        }

        boolean isTooMuch() {
            return copies > MOST_COPIES || steps > MOST_STEPS;
        }
    }

    private ExpressionSize(String text) {
        this.text = text;
        open[0] = last;
    }

    static ExpressionSize of(String text) {
        ExpressionSize size = new ExpressionSize(text);
        size.measure();
        return size;
    }

    boolean isTooMuch() {
        return tooMuch;
    }

    private void measure() {
        for (int i = 0; i < text.length() && !tooMuch; i++) {
            i =
                    switch (text.charAt(i)) {
                        case '\\' -> escape(i);
                        case '[' -> atom(classEnd(i), 0);
                        case '(' -> begin(i);
                        case ')' -> end(i);
                        case '{' -> repetition(i);
                        case '*', '+', '?' -> repeated(i, 1);
                        case '|', '^', '$' -> atom(i, 1);
                        default -> atom(i, 0);
                    };
            tooMuch |= open[depth].isTooMuch();
        }
        while (depth > 0) {
            end(0);
        }
        tooMuch |= open[0].isTooMuch();
    }

    private int atom(int end, int steps) {
        last = new Part(1, steps);
        open[depth] = open[depth].and(last);
        return end;
    }

    private int begin(int at) {
        if (depth == DEEPEST) {
            tooMuch = true;
            return at;
        }
        open[++depth] = new Part(1, 2);
        return at;
    }

    private int end(int at) {
        if (depth > 0) {
            last = open[depth--];
            open[depth] = open[depth].and(last);
        }
        return at;
    }

    private int repeated(int end, long count) {
        last = last.times(count);
        open[depth] = open[depth].and(last);
        return end;
    }

    private int repetition(int start) {
        int end = text.indexOf('}', start);
        return end < 0 ? atom(start, 0) : repeated(end, count(text.substring(start + 1, end)));
    }

    /// What stands between `\Q` and `\E` is no expression.
    private int escape(int start) {
        if (text.startsWith("\\Q", start)) {
            int end = text.indexOf("\\E", start);
            return atom(end < 0 ? text.length() : end + 1, 0);
        }
        boolean empty =
                start + 1 < text.length() && EMPTY_ESCAPES.indexOf(text.charAt(start + 1)) >= 0;
        return atom(start + 1, empty ? 1 : 0);
    }

    private int classEnd(int start) {
        int i = start + 1;
        if (i < text.length() && text.charAt(i) == '^') {
            i++;
        }
        if (i < text.length() && text.charAt(i) == ']') {
            i++;
        }
        while (i < text.length() && text.charAt(i) != ']') {
            i += text.charAt(i) == '\\' ? 2 : 1;
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
