package dev.glovebox.engine;

import java.util.List;

/// Text in columns, as kubectl shows it: each as wide as its widest cell, three blanks between.
final class Columns {
    private static final int GAP = 3;

    private Columns() {}

    /// @param rows of the same number of cells each
    static String of(List<List<String>> rows) {
        return aligned(rows.stream().map(row -> row.stream().map(Printable::of).toList()).toList());
    }

    private static String aligned(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        int columns = rows.isEmpty() ? 0 : rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + GAP);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
