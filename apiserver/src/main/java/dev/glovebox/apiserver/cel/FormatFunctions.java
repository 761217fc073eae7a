package dev.glovebox.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import java.util.List;
import java.util.Optional;

/// Named formats: `format.dns1123Label()`, `format.named('uri')`, and `validate`. Source:
/// apiserver's `cel/library/format.go`.
final class FormatFunctions {
    private static final CelType FORMAT = OpaqueType.create("kubernetes.NamedFormat");

    private FormatFunctions() {}

    static void addTo(Functions functions) {
        for (NamedFormat format : NamedFormat.values()) {
            String name = "format." + format.word();
            functions.constant(name, name, FORMAT, none -> format);
        }
        functions
                .global(
                        "format.named",
                        "format-named",
                        OptionalType.create(FORMAT),
                        SimpleType.STRING,
                        String.class,
                        NamedFormat::named)
                .member(
                        "validate",
                        "format-validate",
                        OptionalType.create(ListType.create(SimpleType.STRING)),
                        List.of(FORMAT, SimpleType.STRING),
                        NamedFormat.class,
                        String.class,
                        FormatFunctions::wrong);
    }

    private static Optional<List<String>> wrong(NamedFormat format, String text) {
        return Optional.of(format.wrong(text)).filter(wrong -> !wrong.isEmpty());
    }
}
