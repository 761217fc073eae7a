package dev.glovebox.runtimes.foreign;

import java.util.List;

/// What is to be written for a handler.
///
/// @param table the handler
/// @param place the file that has its table
/// @param changes the files that change; empty where everything is as it is to be
/// @param remarks what a person should know, each a sentence without a full stop
record Plan(
        HandlerTable table,
        java.nio.file.Path place,
        List<FileChange> changes,
        List<String> remarks) {
    Plan {
        changes = List.copyOf(changes);
        remarks = List.copyOf(remarks);
    }

    /// The changes as a unified diff; empty where there are none.
    String diff() {
        StringBuilder all = new StringBuilder();
        changes.forEach(change -> all.append(UnifiedDiff.of(change)));
        return all.toString();
    }
}
