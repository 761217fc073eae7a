package dev.glovebox.containerd;

/// How a [ContainerStream] ended.
public sealed interface StreamEnd {
    /// The server said that all went well: an exec's command ended with 0, or what was attached to
    /// ended, with whatever code.
    record Succeeded() implements StreamEnd {}

    /// An exec's command ended with another code than 0.
    record Exited(int exitCode) implements StreamEnd {}

    /// The server said what failed.
    ///
    /// @param message its own words
    record Failed(String message) implements StreamEnd {}

    /// It was closed in order, by either side, and the server said nothing more.
    record Closed() implements StreamEnd {}

    /// It broke before the server said anything, or the output could not be passed on.
    ///
    /// @param cause what broke it
    record Broken(String cause) implements StreamEnd {}
}
