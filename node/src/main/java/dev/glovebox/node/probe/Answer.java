package dev.glovebox.node.probe;

/// What came of an [Action].
public sealed interface Answer {
    /// All is well.
    record Passed() implements Answer {}

    /// All is well, with a word of caution.
    record Warned(String message) implements Answer {}

    /// It is not.
    record Failed(String message) implements Answer {}

    /// It could not be found out, which says nothing about the container.
    record Unknown(String message) implements Answer {}
}
