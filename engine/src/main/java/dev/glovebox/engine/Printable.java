package dev.glovebox.engine;

/// Text that others chose, for a terminal: a container names its own processes.
final class Printable {
    private Printable() {}

    /// The text with a question mark for each character that would end a line, move the cursor or
    /// turn the direction of writing.
    static String of(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }
}
