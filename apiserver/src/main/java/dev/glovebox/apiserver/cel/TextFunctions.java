package dev.glovebox.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Functions of text whose cost is not that of their operands, with a bound on what they make:
/// `contains`, `indexOf`, `lastIndexOf`, `replace`, `split`, `join`, `format`. Source: cel-go's
/// `ext/strings.go`.
final class TextFunctions {
    private static final CelType TEXT = SimpleType.STRING;
    private static final CelType TEXTS = ListType.create(SimpleType.STRING);
    private static final Class<?> S = String.class;
    private static final Class<?> N = Long.class;

    private TextFunctions() {}

    static void addTo(Functions functions) {
        functions
                .member(
                        "indexOf",
                        "string_index_of_string",
                        SimpleType.INT,
                        List.of(TEXT, TEXT),
                        List.of(S, S),
                        args -> indexOf((String) args[0], (String) args[1], 0))
                .member(
                        "indexOf",
                        "string_index_of_string_int",
                        SimpleType.INT,
                        List.of(TEXT, TEXT, SimpleType.INT),
                        List.of(S, S, N),
                        args -> indexOf((String) args[0], (String) args[1], (Long) args[2]))
                .member(
                        "lastIndexOf",
                        "string_last_index_of_string",
                        SimpleType.INT,
                        List.of(TEXT, TEXT),
                        List.of(S, S),
                        args -> lastIndexOf((String) args[0], (String) args[1], Long.MAX_VALUE))
                .member(
                        "lastIndexOf",
                        "string_last_index_of_string_int",
                        SimpleType.INT,
                        List.of(TEXT, TEXT, SimpleType.INT),
                        List.of(S, S, N),
                        args -> lastIndexOf((String) args[0], (String) args[1], (Long) args[2]))
                .member(
                        "replace",
                        "string_replace_string_string",
                        TEXT,
                        List.of(TEXT, TEXT, TEXT),
                        List.of(S, S, S),
                        args -> replace(args, -1))
                .member(
                        "replace",
                        "string_replace_string_string_int",
                        TEXT,
                        List.of(TEXT, TEXT, TEXT, SimpleType.INT),
                        List.of(S, S, S, N),
                        args -> replace(args, (Long) args[3]))
                .member(
                        "split",
                        "string_split_string",
                        TEXTS,
                        List.of(TEXT, TEXT),
                        List.of(S, S),
                        args -> split((String) args[0], (String) args[1], -1))
                .member(
                        "split",
                        "string_split_string_int",
                        TEXTS,
                        List.of(TEXT, TEXT, SimpleType.INT),
                        List.of(S, S, N),
                        args -> split((String) args[0], (String) args[1], (Long) args[2]))
                .member("join", "list_join", TEXT, TEXTS, List.class, list -> join(list, ""))
                .member(
                        "join",
                        "list_join_string",
                        TEXT,
                        List.of(TEXTS, TEXT),
                        List.class,
                        String.class,
                        (list, separator) -> join(list, separator))
                .member(
                        "format",
                        "string_format",
                        TEXT,
                        List.of(TEXT, ListType.create(SimpleType.DYN)),
                        String.class,
                        List.class,
                        (format, arguments) -> Formatting.format(format, arguments));
    }

    private static void chargeSearch(String text, String wanted) {
        Budget.charge((text.length() + 1L) * (wanted.length() / 10 + 1L));
    }

    private static long codePoints(String text, int end) {
        return text.codePointCount(0, end);
    }

    private static int offset(String text, long codePoints) {
        if (codePoints < 0 || codePoints > text.codePointCount(0, text.length())) {
            throw new IllegalArgumentException("index out of range: " + codePoints);
        }
        return text.offsetByCodePoints(0, (int) codePoints);
    }

    private static long indexOf(String text, String wanted, long from) {
        chargeSearch(text, wanted);
        int found = text.indexOf(wanted, offset(text, from));
        return found < 0 ? -1 : codePoints(text, found);
    }

    private static long lastIndexOf(String text, String wanted, long from) {
        chargeSearch(text, wanted);
        int start = from == Long.MAX_VALUE ? text.length() : offset(text, from);
        int found = text.lastIndexOf(wanted, start);
        return found < 0 ? -1 : codePoints(text, found);
    }

    static boolean contains(String text, String wanted) {
        chargeSearch(text, wanted);
        return text.contains(wanted);
    }

    private static String replace(Object[] args, long limit) {
        String text = (String) args[0];
        String wanted = (String) args[1];
        String by = (String) args[2];
        chargeSearch(text, wanted);
        StringBuilder result = new StringBuilder();
        int at = 0;
        long left = limit < 0 ? Long.MAX_VALUE : limit;
        while (left > 0) {
            int found = text.indexOf(wanted, at);
            if (found < 0 || at > text.length()) {
                break;
            }
            Budget.charge(by.length());
            result.append(text, at, found).append(by);
            at = found + wanted.length();
            left--;
            if (wanted.isEmpty()) {
                if (at == text.length()) {
                    return result.toString();
                }
                int next = text.offsetByCodePoints(at, 1);
                result.append(text, at, next);
                at = next;
            }
        }
        return result.append(text, at, text.length()).toString();
    }

    private static List<String> split(String text, String separator, long limit) {
        chargeSearch(text, separator);
        if (limit == 0) {
            return List.of();
        }
        int most = limit < 0 ? -1 : (int) Math.min(limit, Integer.MAX_VALUE);
        if (separator.isEmpty()) {
            List<String> letters = new ArrayList<>();
            int at = 0;
            while (at < text.length() && letters.size() != most - 1) {
                int next = text.offsetByCodePoints(at, 1);
                letters.add(text.substring(at, next));
                at = next;
            }
            if (at < text.length()) {
                letters.add(text.substring(at));
            }
            return letters;
        }
        return List.of(Pattern.compile(separator, Pattern.LITERAL).split(text, most));
    }

    private static String join(List<?> list, String separator) {
        Budget.charge(Weights.of(list) + (long) separator.length() * list.size());
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add((String) item));
        return String.join(separator, texts);
    }
}
