package dev.glovebox.apiserver.cel;

import com.google.re2j.Matcher;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.glovebox.apiserver.structural.Regex;
import java.util.ArrayList;
import java.util.List;

/// What matches in a text: `find`, `findAll`. Source: apiserver's `cel/library/regex.go`.
final class RegexFunctions {
    private static final CelType TEXT = SimpleType.STRING;

    private RegexFunctions() {}

    static void addTo(Functions functions) {
        functions
                .member(
                        "find",
                        "string_find_string",
                        TEXT,
                        List.of(TEXT, TEXT),
                        String.class,
                        String.class,
                        RegexFunctions::find)
                .member(
                        "findAll",
                        "string_find_all_string",
                        ListType.create(SimpleType.STRING),
                        List.of(TEXT, TEXT),
                        String.class,
                        String.class,
                        (text, expression) -> findAll(text, expression, -1))
                .member(
                        "findAll",
                        "string_find_all_string_int",
                        ListType.create(SimpleType.STRING),
                        List.of(TEXT, TEXT, SimpleType.INT),
                        List.of(String.class, String.class, Long.class),
                        args -> findAll((String) args[0], (String) args[1], (Long) args[2]));
    }

    private static String find(String text, String expression) {
        Operators.chargeMatch(text, expression);
        Matcher matcher = Regex.compile(expression).matcher(text);
        return matcher.find() ? matcher.group() : "";
    }

    private static List<String> findAll(String text, String expression, long most) {
        Matcher matcher = Regex.compile(expression).matcher(text);
        List<String> found = new ArrayList<>();
        // Where nothing matches, each search goes to the end.
        Operators.chargeMatch(text, expression);
        while ((most < 0 || found.size() < most) && matcher.find()) {
            Operators.chargeMatch(
                    text.substring(Math.min(matcher.end(), text.length())), expression);
            found.add(matcher.group());
        }
        return found;
    }
}
