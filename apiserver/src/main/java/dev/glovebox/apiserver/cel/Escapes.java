package dev.glovebox.apiserver.cel;

import java.util.Optional;
import java.util.Set;

/// Names of fields as identifiers of the language. Source: apiserver's `cel.Escape`.
final class Escapes {
    private static final Set<String> RESERVED =
            Set.of(
                    "true",
                    "false",
                    "null",
                    "in",
                    "as",
                    "break",
                    "const",
                    "continue",
                    "else",
                    "for",
                    "function",
                    "if",
                    "import",
                    "let",
                    "loop",
                    "package",
                    "namespace",
                    "return",
                    "var",
                    "void",
                    "while");

    private Escapes() {}

    /// The identifier of a field; empty for a name that cannot be one, whose field rules cannot
    /// reach.
    static Optional<String> escape(String name) {
        if (RESERVED.contains(name)) {
            return Optional.of("__" + name + "__");
        }
        if (!name.matches("[A-Za-z_./-][A-Za-z0-9_./-]*")) {
            return Optional.empty();
        }
        return Optional.of(
                name.replace("__", "__underscores__")
                        .replace(".", "__dot__")
                        .replace("-", "__dash__")
                        .replace("/", "__slash__"));
    }
}
