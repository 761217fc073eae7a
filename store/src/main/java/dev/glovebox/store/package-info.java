/// Revisions, encoded objects, watches and compaction, durable in SQLite.
@NullMarked
package dev.glovebox.store;

import org.jspecify.annotations.NullMarked;
