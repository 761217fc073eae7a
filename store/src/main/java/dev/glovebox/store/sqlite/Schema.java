package dev.glovebox.store.sqlite;

import dev.glovebox.store.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// The database's settings and tables, and whether a file is one that this program can use.
final class Schema {
    /// Marks the file as ours: "glov" in ASCII.
    private static final int APPLICATION = 0x676c6f76;

    /// Version of the tables, in `user_version`; 0 is a file that was never written.
    private static final int VERSION = 1;

    /// The lock comes first: set before the log is opened, it keeps SQLite from sharing memory, and
    /// refuses a file that another process has.
    private static final String[] SETTINGS = {
        "PRAGMA busy_timeout = 0",
        "PRAGMA locking_mode = EXCLUSIVE",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
    };

    private static final String[] TABLES = {
        "BEGIN IMMEDIATE",
        """
        CREATE TABLE objects (
            key TEXT PRIMARY KEY,
            created INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            value BLOB NOT NULL)\
        """,
        """
        CREATE TABLE events (
            revision INTEGER PRIMARY KEY,
            key TEXT NOT NULL,
            created INTEGER NOT NULL,
            value BLOB NOT NULL,
            removed INTEGER NOT NULL,
            previous INTEGER,
            previous_value BLOB)\
        """,
        "PRAGMA application_id = " + APPLICATION,
        "PRAGMA user_version = " + VERSION,
        "COMMIT",
    };

    private Schema() {}

    /// Makes the connection durable and exclusive, and creates the tables of a new database.
    static void initialise(Path file, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            execute(statement, SETTINGS);
            long version = number(statement, "PRAGMA user_version");
            if (version == 0 && number(statement, "SELECT count(*) FROM sqlite_schema") == 0) {
                execute(statement, TABLES);
                return;
            }
            if (number(statement, "PRAGMA application_id") != APPLICATION) {
                throw Failures.damaged(file, "it is a database of another program");
            }
            if (version > VERSION) {
                throw new StoreException(
                        file,
                        "a newer Glovebox wrote it (schema %d, this one knows %d)"
                                .formatted(version, VERSION),
                        "use that version, or another data directory",
                        null);
            }
            verify(file, statement);
        }
    }

    private static void verify(Path file, Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("PRAGMA quick_check(1)")) {
            String answer = row.next() ? row.getString(1) : "no answer";
            if (!answer.equals("ok")) {
                throw Failures.damaged(file, "it is damaged (" + answer.strip() + ")");
            }
        }
    }

    private static void execute(Statement statement, String[] commands) throws SQLException {
        for (String command : commands) {
            statement.execute(command);
        }
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
