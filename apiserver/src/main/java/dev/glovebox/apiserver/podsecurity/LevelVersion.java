package dev.glovebox.apiserver.podsecurity;

import java.util.OptionalInt;

/// A level as one version of Kubernetes understood it.
///
/// @param minor of `v1.MINOR`; a version that is not known yet counts as the newest
/// @param latest whether the newest was asked for and not a number
public record LevelVersion(SecurityLevel level, int minor, Latest latest) {
    /// The newest version whose rules are known here.
    static final int NEWEST = 34;

    /// Whether a version was named.
    public enum Latest {
        /// `latest`.
        YES,
        /// `v1.MINOR`.
        NO
    }

    static LevelVersion latest(SecurityLevel level) {
        return new LevelVersion(level, NEWEST, Latest.YES);
    }

    LevelVersion withLevel(SecurityLevel other) {
        return new LevelVersion(other, minor, latest);
    }

    LevelVersion withVersion(LevelVersion other) {
        return new LevelVersion(level, other.minor, other.latest);
    }

    /// Reads a version; empty for what is none.
    static OptionalInt parseMinor(String text) {
        if (!text.matches("v1\\.(0|[1-9][0-9]{0,4})")) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseInt(text.substring("v1.".length())));
    }

    /// `restricted:latest` or `baseline:v1.25`.
    public String text() {
        return level.word() + ":" + (latest == Latest.YES ? "latest" : "v1." + minor);
    }
}
