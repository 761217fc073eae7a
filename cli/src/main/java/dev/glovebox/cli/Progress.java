package dev.glovebox.cli;

import java.io.PrintStream;

/// One line on standard error that says what is being done. On a terminal it is overwritten and, at
/// the end, taken away; elsewhere it is either not shown or a line each.
final class Progress {
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream err;
    private final boolean terminal;
    private final boolean everyLine;
    private String shown = "";

    private Progress(PrintStream err, boolean terminal, boolean everyLine) {
        this.err = err;
        this.terminal = terminal;
        this.everyLine = everyLine;
    }

    /// For what is usually quick: shown on a terminal only.
    static Progress quiet() {
        return new Progress(System.err, Streams.terminal(Streams.ERR), false);
    }

    /// For what takes its time: always shown.
    static Progress full() {
        return new Progress(System.err, Streams.terminal(Streams.ERR), true);
    }

    synchronized void show(String line) {
        if (line.equals(shown)) {
            return;
        }
        shown = line;
        if (terminal) {
            err.print(CLEAR + line);
        } else if (everyLine) {
            err.println("glovebox: " + line);
        }
        err.flush();
    }

    synchronized void clear() {
        if (terminal && !shown.isEmpty()) {
            err.print(CLEAR);
            err.flush();
        }
        shown = "";
    }
}
