package dev.glovebox.e2e;

import java.util.List;

/// What a program that has ended left: its exit code and what it wrote.
record Ran(List<String> line, int exit, String out, String err) {
    /// Itself if it ended with 0; everything that it said as an error otherwise.
    Ran ok() {
        if (exit != 0) {
            throw new AssertionError(this);
        }
        return this;
    }

    /// Standard output without the white space around it.
    String text() {
        return out.strip();
    }

    List<String> lines() {
        return out.lines().toList();
    }

    @Override
    public String toString() {
        return "$ "
                + String.join(" ", line)
                + "\nexit "
                + exit
                + "\n--- stdout\n"
                + out
                + "--- stderr\n"
                + err;
    }
}
