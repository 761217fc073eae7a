package dev.glovebox.engine;

import java.util.Arrays;
import java.util.Optional;

/// How much of a cluster an engine is.
enum Extent {
    /// The API, what schedules and controls, and a node that runs pods.
    WHOLE("whole"),
    /// The same without a node: others join.
    CONTROL_PLANE("control-plane"),
    /// A node that runs pods of an API of somebody else.
    AGENT("agent");

    private final String word;

    Extent(String word) {
        this.word = word;
    }

    /// As it is kept in the settings' file.
    String word() {
        return word;
    }

    static Optional<Extent> parse(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }
}
