package dev.glovebox.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The steps of `docs/tutorial.md`: each block of commands with what it is said to print.
record Tutorial(List<Step> steps) {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|text)\\n(.*?)^```$");
    private static final Pattern VARYING =
            Pattern.compile("…|\\b\\d+\\.\\d+\\.\\d+\\.\\d+\\b|\\b(\\d+[smhd])+\\b|\\s+");

    Tutorial {
        steps = List.copyOf(steps);
    }

    /// @param commands lines for one shell
    /// @param prints what they write, on standard output and error; empty means that nothing is
    ///   said about it
    record Step(String commands, List<String> prints) {
        Step {
            prints = List.copyOf(prints);
        }

        /// Whether it is said to fail, as Kubernetes says it.
        boolean refused() {
            return !prints.isEmpty() && prints.getLast().startsWith("Error from server");
        }

        /// The first line that something else was printed for than was said, or an empty text.
        String difference(List<String> printed) {
            if (prints.isEmpty()) {
                return "";
            }
            var left = new ArrayList<>(printed);
            for (var wanted : prints) {
                if (wanted.equals("…")) {
                    continue; // any lines, or none
                }
                while (!left.isEmpty()
                        && !matches(wanted, left.getFirst())
                        && prints.contains("…")) {
                    left.removeFirst();
                }
                if (left.isEmpty() || !matches(wanted, left.removeFirst())) {
                    return wanted;
                }
            }
            return left.isEmpty() ? "" : "no more than was said, but: " + left.getFirst();
        }
    }

    static Tutorial read(Path file) throws IOException {
        var steps = new ArrayList<Step>();
        var blocks = BLOCK.matcher(Files.readString(file));
        while (blocks.find()) {
            if (blocks.group(1).equals("sh")) {
                steps.add(new Step(blocks.group(2), List.of()));
            } else {
                var before = steps.removeLast();
                steps.add(new Step(before.commands(), blocks.group(2).lines().toList()));
            }
        }
        return new Tutorial(steps);
    }

    /// Whether a printed line is the one that was said. Addresses and ages may differ, the width of
    /// a table's columns too; `…` stands for the rest.
    static boolean matches(String said, String printed) {
        var pattern = new StringBuilder();
        var end = 0;
        var varying = VARYING.matcher(said);
        while (varying.find()) {
            pattern.append(Pattern.quote(said.substring(end, varying.start())));
            pattern.append(stands(varying.group()));
            end = varying.end();
        }
        pattern.append(Pattern.quote(said.substring(end)));
        return printed.strip().matches(pattern.toString());
    }

    private static String stands(String text) {
        if (text.equals("…")) {
            return ".*";
        }
        if (text.isBlank()) {
            return "\\s+";
        }
        return text.contains(".") ? "\\d+\\.\\d+\\.\\d+\\.\\d+" : "(\\d+[smhd])+";
    }
}
