package dev.glovebox.apiserver.admission;

import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.record.Annotations;
import java.util.List;
import java.util.Objects;

/// Who asks for something and how, whatever it is about.
///
/// @param dryRun whether nothing will be stored
/// @param warnings what the answer will warn of; grows
/// @param annotations what is noted for the record; grows
/// @param deadline until when there has to be an answer
public record Asking(
        User user,
        boolean dryRun,
        List<String> warnings,
        Annotations annotations,
        Deadline deadline) {
    /// Refuses null parts.
    public Asking {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(warnings, "warnings");
        Objects.requireNonNull(annotations, "annotations");
        Objects.requireNonNull(deadline, "deadline");
    }
}
