package dev.glovebox.store.sqlite;

import dev.glovebox.store.DamagedException;
import dev.glovebox.store.StoreException;
import java.nio.file.Path;
import java.sql.SQLException;

/// Turns SQLite's result codes into words: what is wrong with the file, and what mends it.
final class Failures {
    private static final String MOVE_ASIDE =
            "put back a copy of it, or move the folder aside to begin with an empty cluster";

    /// Result codes: <https://sqlite.org/rescode.html>. Extended codes carry them in the low byte.
    private static final int PERM = 3;

    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int READONLY = 8;
    private static final int IOERR = 10;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int CANTOPEN = 14;
    private static final int NOTADB = 26;

    private Failures() {}

    /// The failure of an operation on the database `file`.
    static StoreException of(Path file, String operation, SQLException e) {
        return switch (e.getErrorCode() & 0xff) {
            case FULL -> failure(file, "no space left on its disk", "free some space", e);
            case BUSY, LOCKED ->
                    failure(file, "another process has it open", "stop that process first", e);
            case READONLY, PERM, CANTOPEN ->
                    failure(
                            file,
                            "it cannot be opened for writing",
                            "check the owner and the mode of it and its folder",
                            e);
            case CORRUPT, NOTADB -> damaged(file, "it is not a sound database", e);
            case IOERR ->
                    failure(
                            file,
                            "its disk failed",
                            "look for errors of that disk in the kernel's log",
                            e);
            default ->
                    failure(
                            file,
                            "SQLite failed to " + operation + " (" + e.getMessage() + ")",
                            "restart; if it stays, report it",
                            e);
        };
    }

    /// The contents are not what this program wrote.
    static StoreException damaged(Path file, String problem) {
        return new DamagedException(file, problem, MOVE_ASIDE, null);
    }

    private static StoreException damaged(Path file, String problem, SQLException e) {
        return new DamagedException(file, problem, MOVE_ASIDE, e);
    }

    private static StoreException failure(
            Path file, String problem, String cure, SQLException cause) {
        return new StoreException(file, problem, cure, cause);
    }
}
