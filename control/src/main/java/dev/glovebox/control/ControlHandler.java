package dev.glovebox.control;

/// Carries out requests; called on one virtual thread a connection.
@FunctionalInterface
public interface ControlHandler {
    /// Carries out one request and tells what the command line shall end with, 0 to 255.
    ///
    /// @throws Refusal for what the caller can mend
    /// @throws java.io.IOException when the caller has gone, or what the request needs cannot be
    ///   read or written
    /// @throws InterruptedException when the server closes
    int handle(Request request, Conversation conversation)
            throws Refusal, java.io.IOException, InterruptedException;
}
