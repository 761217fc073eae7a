package dev.glovebox.http;

import java.io.IOException;

/// Answers requests. Called on a virtual thread of its own for each, which may block.
@FunctionalInterface
public interface HttpHandler {
    /// Answers one request by exactly one of [HttpExchange]'s `respond`, `stream` or `upgrade`. A
    /// handler that returns without an answer, or throws before it, makes the answer 500.
    ///
    /// @throws IOException when the client went away; the server takes it as the end
    void handle(HttpExchange exchange) throws IOException, InterruptedException;
}
