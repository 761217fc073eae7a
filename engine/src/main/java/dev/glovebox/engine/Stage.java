package dev.glovebox.engine;

/// How far the engine is.
sealed interface Stage {
    /// It is starting.
    ///
    /// @param doing what it does now, one clause for a person
    record Starting(String doing) implements Stage {}

    /// Everything runs.
    record Running(Parts parts) implements Stage {}

    /// It is closing its parts.
    record Stopping() implements Stage {}
}
