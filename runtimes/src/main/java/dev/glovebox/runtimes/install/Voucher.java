package dev.glovebox.runtimes.install;

import java.util.Objects;
import java.util.Optional;

/// The digest that a person gives on the command line; empty where they give none.
///
/// @param flag the option that it was given by
/// @param hex its digits, as they were typed
public record Voucher(String flag, Promised.Algorithm algorithm, String hex) {
    /// None.
    public static final Voucher NONE = new Voucher("", Promised.Algorithm.SHA512, "");

    /// No part may be missing.
    public Voucher {
        Objects.requireNonNull(flag, "flag");
        Objects.requireNonNull(algorithm, "algorithm");
        Objects.requireNonNull(hex, "hex");
    }

    /// By `--sha256`.
    public static Voucher sha256(String hex) {
        return new Voucher("--sha256", Promised.Algorithm.SHA256, hex);
    }

    /// By `--sha512`.
    public static Voucher sha512(String hex) {
        return new Voucher("--sha512", Promised.Algorithm.SHA512, hex);
    }

    /// What it promises.
    ///
    /// @throws InstallException where it is no digest
    Optional<Promised> promised() {
        return hex.isEmpty() ? Optional.empty() : Optional.of(Promised.parse(algorithm, hex, flag));
    }
}
