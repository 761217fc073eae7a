package dev.glovebox.apiserver.http;

import dev.glovebox.apiserver.auth.RequestAttributes;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.http.Headers;
import dev.glovebox.model.ApiException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// How much of the server its users may have at once. What is over it is refused for now, so that
/// work waits with the clients and not in this process.
final class FairUse {
    private static final Set<String> LONG = Set.of("attach", "exec", "log", "portforward", "proxy");

    /// Bodies up to this size do not count, in bytes: as many as there are requests fit.
    private static final int SMALL_BODY = 64 << 10;

    /// How long a large body waits for others to be done with.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Shares requests;
    private final Shares streams;
    private final Shares bodies;
    private final int largestBody;

    /// The amounts.
    ///
    /// @param requests that are worked on at once, of all users
    /// @param requestsOfOne of them, of one user
    /// @param streams watches, logs, execs and other answers without an end
    /// @param streamsOfOne of them, of one user
    /// @param bodies bytes of large bodies; an object takes many times the memory of its text
    /// @param bodiesOfOne of them, of one user
    record Amounts(
            int requests,
            int requestsOfOne,
            int streams,
            int streamsOfOne,
            int bodies,
            int bodiesOfOne) {
        /// As many requests as kube-apiserver takes; the bodies fit the engine's heap.
        static final Amounts DEFAULT = new Amounts(400, 100, 3000, 500, 12 << 20, 6 << 20);
    }

    /// @param largestBody most bytes of a body
    FairUse(Amounts amounts, int largestBody) {
        this.requests = new Shares(amounts.requests(), amounts.requestsOfOne());
        this.streams = new Shares(amounts.streams(), amounts.streamsOfOne());
        this.bodies = new Shares(amounts.bodies(), amounts.bodiesOfOne());
        this.largestBody = largestBody;
    }

    /// Begins a request; it lasts until its answer is out.
    ///
    /// @param about the request, empty if it is about no resource
    /// @throws ApiException reason `TooManyRequests`
    Shares.Share begin(User user, Optional<RequestAttributes> about) {
        boolean stream = about.filter(FairUse::isLong).isPresent();
        return (stream ? streams : requests).take(user, 1, Duration.ZERO);
    }

    private static boolean isLong(RequestAttributes about) {
        return about.verb().equals("watch") || LONG.contains(about.subresource());
    }

    /// Begins to read a body and to work on what is in it.
    ///
    /// @throws ApiException reason `TooManyRequests`
    Shares.Share beginBody(User user, Headers headers) {
        int bytes = bytes(headers);
        return bodies.take(user, bytes <= SMALL_BODY ? 0 : bytes, PATIENCE);
    }

    /// What a body may take: as much as its length says, or all if it does not say. One that is too
    /// large is not read.
    private int bytes(Headers headers) {
        Optional<String> length = headers.first("Content-Length");
        try {
            long bytes = length.isEmpty() ? largestBody : Long.parseLong(length.get());
            return bytes > largestBody ? 0 : (int) bytes;
        } catch (NumberFormatException e) {
            return largestBody;
        }
    }
}
