package dev.glovebox.apiserver;

import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.record.Annotations;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Who writes and how, as far as it does not depend on what is written.
///
/// @param dryRun whether everything happens but the storing
/// @param fieldManager who owns the written fields: the parameter of that name, else what the
///   client calls itself
/// @param workflow whether an object is written, or a configuration applied
/// @param warnings what the answer will warn of; grows
/// @param annotations what is noted for the record; grows
record WriteContext(
        User user,
        boolean dryRun,
        String fieldManager,
        Workflow workflow,
        List<String> warnings,
        Annotations annotations) {
    private static final int LONGEST_MANAGER = 128;

    /// How what is written is meant.
    enum Workflow {
        /// As the object, or as a change of it.
        UPDATE,
        /// As what a manager wants of it.
        APPLY
    }

    WriteContext {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(fieldManager, "fieldManager");
        Objects.requireNonNull(workflow, "workflow");
        Objects.requireNonNull(warnings, "warnings");
        Objects.requireNonNull(annotations, "annotations");
    }

    static WriteContext of(Call call) {
        Parameters parameters = new Parameters(call.query());
        String named = parameters.text("fieldManager");
        return new WriteContext(
                call.user(),
                parameters.dryRun(),
                named.isEmpty() ? clientName(call.userAgent()) : named,
                Patches.applies(call) ? Workflow.APPLY : Workflow.UPDATE,
                new ArrayList<>(),
                call.annotations());
    }

    /// `kubectl` of `kubectl/v1.34.1 (linux/amd64)`.
    private static String clientName(String userAgent) {
        StringBuilder name = new StringBuilder();
        int bytes = 0;
        for (int c : userAgent.split("/", 2)[0].codePoints().toArray()) {
            if (Parameters.isPrintable(c)) {
                bytes += Character.toString(c).getBytes(StandardCharsets.UTF_8).length;
                if (bytes > LONGEST_MANAGER) {
                    break;
                }
                name.appendCodePoint(c);
            }
        }
        return name.toString();
    }
}
