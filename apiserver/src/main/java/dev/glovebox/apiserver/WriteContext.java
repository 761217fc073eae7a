package dev.glovebox.apiserver;

import dev.glovebox.apiserver.auth.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Who writes and how, as far as it does not depend on what is written.
///
/// @param dryRun whether everything happens but the storing
/// @param fieldManager who owns the written fields: the parameter of that name, else what the
///   client calls itself
/// @param warnings what the answer will warn of; grows
record WriteContext(User user, boolean dryRun, String fieldManager, List<String> warnings) {
    private static final int LONGEST_MANAGER = 128;

    WriteContext {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(fieldManager, "fieldManager");
        Objects.requireNonNull(warnings, "warnings");
    }

    static WriteContext of(Call call) {
        Parameters parameters = new Parameters(call.query());
        String named = parameters.text("fieldManager");
        return new WriteContext(
                call.user(),
                parameters.dryRun(),
                named.isEmpty() ? clientName(call.userAgent()) : named,
                new ArrayList<>());
    }

    /// `kubectl` of `kubectl/v1.34.1 (linux/amd64)`.
    private static String clientName(String userAgent) {
        String name = userAgent.split("/", 2)[0];
        return name.substring(0, Math.min(LONGEST_MANAGER, name.length()));
    }
}
