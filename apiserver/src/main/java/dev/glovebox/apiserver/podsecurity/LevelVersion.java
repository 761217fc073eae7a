package dev.glovebox.apiserver.podsecurity;

import java.util.Optional;
import java.util.OptionalLong;

/// A level as one version of Kubernetes understood it.
///
/// @param minor of `v1.MINOR`; a version that is not known yet counts as the newest
/// @param latest whether the newest was asked for and not a number
public record LevelVersion(SecurityLevel level, long minor, Latest latest) {
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

    /// Whether both name the same version; the newest by its number and `latest` are two.
    public boolean isSameVersionAs(LevelVersion other) {
        return minor == other.minor && latest == other.latest;
    }

    /// Reads a version; empty for what is none, or has a number beyond all versions.
    static OptionalLong parseMinor(String text) {
        if (!text.matches("v1\\.(0|[1-9][0-9]{0,17})")) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(text.substring("v1.".length())));
    }

    /// Reads a level and a version; empty where one of them is none.
    static Optional<LevelVersion> parse(String level, String version) {
        Optional<SecurityLevel> known = SecurityLevel.parse(level);
        if (version.equals("latest")) {
            return known.map(LevelVersion::latest);
        }
        OptionalLong number = parseMinor(version);
        return number.isEmpty()
                ? Optional.empty()
                : known.map(each -> new LevelVersion(each, number.getAsLong(), Latest.NO));
    }

    /// `restricted:latest` or `baseline:v1.25`.
    public String text() {
        return level.word() + ":" + (latest == Latest.YES ? "latest" : "v1." + minor);
    }
}
