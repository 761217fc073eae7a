package dev.glovebox.apiserver.cel;

import dev.glovebox.apiserver.rules.Words;
import dev.glovebox.apiserver.structural.Formats;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Formats of text that expressions can check, by their names. Source: apiserver's
/// `cel/library/format.go`.
enum NamedFormat {
    DNS1123_LABEL("dns1123Label", 30),
    DNS1123_SUBDOMAIN("dns1123Subdomain", 60),
    DNS1035_LABEL("dns1035Label", 30),
    QUALIFIED_NAME("qualifiedName", 60),
    DNS1123_LABEL_PREFIX("dns1123LabelPrefix", 30),
    DNS1123_SUBDOMAIN_PREFIX("dns1123SubdomainPrefix", 60),
    DNS1035_LABEL_PREFIX("dns1035LabelPrefix", 30),
    LABEL_VALUE("labelValue", 40),
    URI("uri", 1103),
    UUID("uuid", 70),
    BYTE("byte", 84),
    DATE("date", 71),
    DATETIME("datetime", 71);

    private final String word;
    private final int expression;

    /// @param expression characters of the regular expression that it is taken for
    NamedFormat(String word, int expression) {
        this.word = word;
        this.expression = expression;
    }

    String word() {
        return word;
    }

    static Optional<NamedFormat> named(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }

    /// What is wrong with a text; empty when nothing is. It costs what matching an expression of
    /// the format's length does.
    List<String> wrong(String text) {
        Budget.charge((text.length() + 1L) * (expression / 4 + 1));
        return switch (this) {
            case DNS1123_LABEL -> Words.label(text);
            case DNS1123_SUBDOMAIN -> Words.subdomain(text);
            case DNS1035_LABEL -> Words.serviceName(text);
            case QUALIFIED_NAME -> Words.qualifiedName(text);
            case DNS1123_LABEL_PREFIX -> Words.label(begun(text));
            case DNS1123_SUBDOMAIN_PREFIX -> Words.subdomain(begun(text));
            case DNS1035_LABEL_PREFIX -> Words.serviceName(begun(text));
            case LABEL_VALUE -> Words.labelValue(text);
            case URI -> UrlFunctions.wrong(text);
            case UUID -> known(text, "does not match the UUID format");
            case BYTE -> known(text, "invalid base64");
            case DATE -> known(text, "invalid date");
            case DATETIME -> known(text, "invalid datetime");
        };
    }

    /// A name of which the end is to come may end with a dash.
    private static String begun(String text) {
        return text.length() > 1 && text.endsWith("-")
                ? text.substring(0, text.length() - 1) + "a"
                : text;
    }

    private List<String> known(String text, String words) {
        return Formats.broken(word, text).isEmpty() ? List.of() : List.of(words);
    }
}
