/// The store's journal in a SQLite database. Nothing else in Glovebox knows JDBC.
@NullMarked
package dev.glovebox.store.sqlite;

import org.jspecify.annotations.NullMarked;
