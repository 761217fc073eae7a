package dev.glovebox.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The commands of `kubectl-commands.txt`, whose head explains its lines, in the order in which
/// they are run.
record CommandTable(List<Row> rows) {
    CommandTable {
        rows = List.copyOf(rows);
    }

    /// @param since the second number of the first version 1.x of kubectl that can do it
    /// @param prints what is found in its output, each
    /// @param fails whether it ends with another code than 0
    /// @param note for the reader; empty where there is nothing to say
    record Row(
            String heading,
            String command,
            String input,
            List<Pattern> prints,
            boolean fails,
            int since,
            String note) {
        Row {
            prints = List.copyOf(prints);
        }

        /// Why what was seen is not what the row says; empty where it is.
        String difference(Ran ran) {
            if (fails == (ran.exit() == 0)) {
                return fails ? "it did not fail" : "it failed";
            }
            String printed = ran.out() + ran.err();
            return prints.stream()
                    .filter(wanted -> !wanted.matcher(printed).find())
                    .map(wanted -> "it did not print " + wanted)
                    .findFirst()
                    .orElse("");
        }
    }

    /// @param node stands for `$NODE` in what is printed, as `namespace` does for `$NS`
    static CommandTable read(String namespace, String node) {
        try (var in = CommandTable.class.getResourceAsStream("kubectl-commands.txt")) {
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            var reader = new Reader(namespace, node);
            text.lines().forEach(reader::take);
            return new CommandTable(reader.end());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Puts rows together, line by line.
    private static final class Reader {
        private final String namespace;
        private final String node;
        private final List<Row> rows = new ArrayList<>();
        private String heading = "";
        private String command = "";
        private StringBuilder input = new StringBuilder();
        private List<Pattern> prints = new ArrayList<>();
        private boolean fails;
        private int since;
        private String note = "";

        Reader(String namespace, String node) {
            this.namespace = namespace;
            this.node = node;
        }

        void take(String line) {
            if (line.startsWith("## ")) {
                end();
                heading = line.substring(3);
            } else if (line.startsWith("$ ")) {
                end();
                command = line.substring(2);
            } else if (line.startsWith("| ")) {
                input.append(filled(line.substring(2))).append('\n');
            } else if (line.startsWith("~ ")) {
                prints.add(pattern(line.substring(2)));
            } else if (line.startsWith("! ")) {
                fails = true;
                prints.add(pattern(line.substring(2)));
            } else if (line.startsWith("@ 1.")) {
                since = Integer.parseInt(line.substring(4));
            } else if (line.startsWith("% ")) {
                note = line.substring(2);
            } else if (!line.isBlank() && !line.startsWith("#")) {
                throw new IllegalArgumentException("kubectl-commands.txt: what is this? " + line);
            }
        }

        private Pattern pattern(String text) {
            return Pattern.compile(filled(text));
        }

        private String filled(String text) {
            return text.replace("$NS", namespace).replace("$NODE", node);
        }

        List<Row> end() {
            if (!command.isEmpty()) {
                if (prints.isEmpty()) {
                    throw new IllegalArgumentException("nothing is expected of: " + command);
                }
                rows.add(new Row(heading, command, input.toString(), prints, fails, since, note));
            }
            command = "";
            input = new StringBuilder();
            prints = new ArrayList<>();
            fails = false;
            since = 0;
            note = "";
            return rows;
        }
    }
}
