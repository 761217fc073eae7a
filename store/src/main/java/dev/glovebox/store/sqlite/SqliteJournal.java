package dev.glovebox.store.sqlite;

import dev.glovebox.store.Entry;
import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Journal;
import dev.glovebox.store.Store.Event;
import dev.glovebox.store.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A journal in one SQLite database: the objects as they are, and the last writes as they happened.
/// Write-ahead log, synced at every commit, locked for this process alone.
final class SqliteJournal implements Journal {
    /// How many events pile up beyond what is needed before a transaction also removes them.
    private static final int SLACK = 256;

    private static final String LOG =
            "INSERT INTO events (revision, key, created, value, removed, previous, previous_value)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?)";
    private static final String PUT =
            "INSERT OR REPLACE INTO objects (key, created, revision, value) VALUES (?, ?, ?, ?)";

    private final Path file;
    private final Connection connection;

    /// Set when a failed transaction could not be undone: what the connection holds is unknown.
    private boolean broken;

    /// Events before this revision are gone from the database.
    private long compacted;

    private SqliteJournal(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /// Opens or creates the database of a directory.
    static SqliteJournal open(Path directory) {
        SqliteJournal journal = at(DatabaseFile.prepare(directory));
        try {
            DatabaseFile.sync(directory);
            return journal;
        } catch (RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    /// Opens the database of a file that exists, and makes it one if it is empty.
    static SqliteJournal at(Path file) {
        Connection connection = connect(file);
        SqliteJournal journal = new SqliteJournal(file, connection);
        try {
            Schema.initialise(file, connection);
            return journal;
        } catch (SQLException e) {
            journal.close();
            throw Failures.of(file, "open", e);
        } catch (RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private static Connection connect(Path file) {
        try {
            return DriverManager.getConnection("jdbc:sqlite:" + file);
        } catch (SQLException e) {
            throw Failures.of(file, "open", e);
        }
    }

    @Override
    public Recovered recover(HistoryLimit limit) {
        try (Statement statement = connection.createStatement()) {
            List<Entry> entries = entries(statement);
            long[] span = span(statement);
            List<Event> events = events(limit, span[1]);
            compacted = span[0];
            check(entries, events, span[1]);
            return new Recovered(Math.max(1, span[1]), entries, events);
        } catch (SQLException e) {
            throw Failures.of(file, "read", e);
        } catch (IllegalArgumentException e) {
            throw Failures.damaged(file, "it holds what was never written (" + e + ")");
        }
    }

    private static List<Entry> entries(Statement statement) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        try (ResultSet rows =
                statement.executeQuery("SELECT key, created, revision, value FROM objects")) {
            while (rows.next()) {
                entries.add(
                        new Entry(
                                rows.getString(1),
                                rows.getLong(2),
                                rows.getLong(3),
                                rows.getBytes(4)));
            }
        }
        return entries;
    }

    /// The first and the last revision of the events; zeros when there are none.
    private static long[] span(Statement statement) throws SQLException {
        try (ResultSet row =
                statement.executeQuery("SELECT min(revision), max(revision) FROM events")) {
            row.next();
            return new long[] {row.getLong(1), row.getLong(2)};
        }
    }

    private List<Event> events(HistoryLimit limit, long last) throws SQLException {
        List<Event> events = new ArrayList<>();
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT key, created, revision, value, removed, previous, previous_value"
                                + " FROM events WHERE revision > ? ORDER BY revision")) {
            query.setLong(1, last - limit.events());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    events.add(event(rows));
                }
            }
        }
        return events;
    }

    private static Event event(ResultSet row) throws SQLException {
        String key = row.getString(1);
        long created = row.getLong(2);
        Entry entry = new Entry(key, created, row.getLong(3), row.getBytes(4));
        boolean removed = row.getBoolean(5);
        long replaced = row.getLong(6);
        if (row.wasNull()) {
            return new Event.Put(entry, Optional.empty());
        }
        Entry previous = new Entry(key, created, replaced, row.getBytes(7));
        return removed
                ? new Event.Delete(entry, previous)
                : new Event.Put(entry, Optional.of(previous));
    }

    private void check(List<Entry> entries, List<Event> events, long last) {
        for (int i = 1; i < events.size(); i++) {
            long expected = events.get(i - 1).revision() + 1;
            if (events.get(i).revision() != expected) {
                throw Failures.damaged(file, "its history lacks revision " + expected);
            }
        }
        for (Entry entry : entries) {
            if (entry.revision() > last) {
                throw Failures.damaged(
                        file, entry.key() + " is newer than the last revision, " + last);
            }
        }
    }

    @Override
    public void append(List<Event> events, long compactBefore) {
        if (broken) {
            throw new StoreException(
                    file,
                    "a failed write could not be undone, so it is not written to any more",
                    "restart the engine",
                    null);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            write(events);
            boolean compact = compactBefore - compacted >= SLACK;
            if (compact) {
                statement.executeUpdate("DELETE FROM events WHERE revision < " + compactBefore);
            }
            statement.execute("COMMIT");
            if (compact) {
                compacted = compactBefore;
            }
        } catch (SQLException e) {
            undo(e);
            throw Failures.of(file, "write", e);
        }
    }

    /// Makes an event that follows from nothing before it durable, and drops those before it.
    ///
    /// @throws StoreException when it is not durable; the journal is as before then
    void leap(Event event) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            statement.executeUpdate("DELETE FROM events");
            write(List.of(event));
            statement.execute("COMMIT");
        } catch (SQLException e) {
            undo(e);
            throw Failures.of(file, "write", e);
        }
    }

    /// Writes all objects of another store into this new one, with its last write alone.
    ///
    /// @throws StoreException when they are not durable; the journal then holds none of them
    void fill(Snapshot snapshot) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try (PreparedStatement put = connection.prepareStatement(PUT);
                    PreparedStatement log = connection.prepareStatement(LOG)) {
                for (Entry entry : snapshot.entries()) {
                    put(put, entry);
                }
                if (snapshot.last().isPresent()) {
                    log(log, snapshot.last().get());
                }
            }
            statement.execute("COMMIT");
        } catch (SQLException e) {
            undo(e);
            throw Failures.of(file, "write", e);
        }
    }

    private void write(List<Event> events) throws SQLException {
        try (PreparedStatement log = connection.prepareStatement(LOG);
                PreparedStatement put = connection.prepareStatement(PUT);
                PreparedStatement remove =
                        connection.prepareStatement("DELETE FROM objects WHERE key = ?")) {
            for (Event event : events) {
                log(log, event);
                switch (event) {
                    case Event.Put(Entry entry, Optional<Entry> _) -> put(put, entry);
                    case Event.Delete(Entry lastState, Entry _) -> {
                        remove.setString(1, lastState.key());
                        remove.executeUpdate();
                    }
                }
            }
        }
    }

    private static void put(PreparedStatement put, Entry entry) throws SQLException {
        put.setString(1, entry.key());
        put.setLong(2, entry.createRevision());
        put.setLong(3, entry.revision());
        put.setBytes(4, entry.value());
        put.executeUpdate();
    }

    private static void log(PreparedStatement log, Event event) throws SQLException {
        switch (event) {
            case Event.Put(Entry entry, Optional<Entry> previous) -> log(log, entry, 0, previous);
            case Event.Delete(Entry lastState, Entry previous) ->
                    log(log, lastState, 1, Optional.of(previous));
        }
    }

    private static void log(
            PreparedStatement log, Entry entry, int removed, Optional<Entry> previous)
            throws SQLException {
        log.setLong(1, entry.revision());
        log.setString(2, entry.key());
        log.setLong(3, entry.createRevision());
        log.setBytes(4, entry.value());
        log.setInt(5, removed);
        if (previous.isPresent()) {
            log.setLong(6, previous.get().revision());
            log.setBytes(7, previous.get().value());
        } else {
            log.setNull(6, Types.INTEGER);
            log.setNull(7, Types.BLOB);
        }
        log.executeUpdate();
    }

    /// Ends a failed transaction. SQLite itself ends it after some failures and then refuses to
    /// roll back; whether the connection is out of it, a new transaction shows.
    private void undo(SQLException failure) {
        try (Statement statement = connection.createStatement()) {
            try {
                statement.execute("ROLLBACK");
            } catch (SQLException e) {
                failure.addSuppressed(e);
                statement.execute("BEGIN");
                statement.execute("ROLLBACK");
            }
        } catch (SQLException e) {
            failure.addSuppressed(e);
            broken = true;
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw Failures.of(file, "close", e);
        }
    }
}
