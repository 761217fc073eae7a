package dev.glovebox.apiserver;

import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.record.Annotations;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A request to the API, free of any transport.
///
/// @param user who asks
/// @param method HTTP method, upper case
/// @param path decoded path, for example `/api/v1/namespaces/default/pods`
/// @param query decoded parameters in their order
/// @param accept the `Accept` header, empty if absent
/// @param contentType the `Content-Type` header, empty if absent
/// @param userAgent the `User-Agent` header, empty if absent
/// @param origin where it came from
/// @param annotations what is noted for the record while it is answered; grows
/// @param body empty if there is none
public record Call(
        User user,
        String method,
        String path,
        Map<String, List<String>> query,
        String accept,
        String contentType,
        String userAgent,
        Origin origin,
        Annotations annotations,
        byte[] body) {
    /// Refuses null parts and copies the query.
    public Call {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(accept, "accept");
        Objects.requireNonNull(contentType, "contentType");
        Objects.requireNonNull(userAgent, "userAgent");
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(annotations, "annotations");
        Objects.requireNonNull(body, "body");
        query = Map.copyOf(query);
    }
}
