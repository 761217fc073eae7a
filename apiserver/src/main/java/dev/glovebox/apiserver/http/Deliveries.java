package dev.glovebox.apiserver.http;

import dev.glovebox.apiserver.Answer;
import dev.glovebox.http.Headers;
import dev.glovebox.http.HttpExchange;
import dev.glovebox.model.ApiException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/// Sends lists, so many long ones at once.
///
/// What goes wrong before anything was sent is still a refusal. Later it ends the connection,
/// because a list that ended in order would be believed.
final class Deliveries {
    private final Semaphore places;
    private final Duration time;

    /// @param most long lists that are on their way at once
    /// @param time that a client has to take one
    Deliveries(int most, Duration time) {
        this.places = new Semaphore(most);
        this.time = time;
    }

    /// @throws ApiException when nothing was sent, for example because there is no room
    /// @throws IOException when the client left, took too long, or cannot be given all of it
    void send(HttpExchange exchange, Answer.Listing listing) throws IOException {
        Headers headers =
                Responses.warned(Responses.common(listing.contentType()), listing.warnings());
        try (Delivery delivery = new Delivery(exchange, headers, places, time)) {
            try {
                listing.body().writeTo(delivery);
            } catch (RuntimeException e) {
                if (e instanceof ApiException && !delivery.begun()) {
                    throw e;
                }
                ApiException internal = Responses.internal(exchange, e);
                if (!delivery.begun()) {
                    throw internal;
                }
                throw new IOException("a list broke off", internal);
            }
            delivery.finish();
        }
    }
}
