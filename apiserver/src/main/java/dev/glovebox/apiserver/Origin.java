package dev.glovebox.apiserver;

import dev.glovebox.apiserver.auth.User;
import java.util.Objects;
import java.util.Optional;

/// Where a request came from, for the record: nothing is decided by it.
///
/// @param address IP address of the client; empty for a part of this process
/// @param impersonator who really asked, where the request is made in another's name
public record Origin(String address, Optional<User> impersonator) {
    /// A part of this process.
    public static final Origin LOCAL = new Origin("", Optional.empty());

    /// Refuses null parts.
    public Origin {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(impersonator, "impersonator");
    }
}
