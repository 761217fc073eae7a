package dev.glovebox.containerd.image;

import com.fasterxml.jackson.databind.JsonNode;

/// An operating system and an architecture, in Go's words, as image indexes carry them.
///
/// @param os `linux`
/// @param architecture `amd64`, `arm64`, ...
record Platform(String os, String architecture) {
    /// The platform of the machine that this JVM runs on.
    static Platform ofThisMachine() {
        String arch = System.getProperty("os.arch", "");
        return new Platform(
                "linux",
                switch (arch) {
                    case "x86_64", "amd64" -> "amd64";
                    case "aarch64" -> "arm64";
                    default -> arch;
                });
    }

    /// Reads `os` and `architecture` of an index entry's `platform` or of a configuration.
    static Platform of(JsonNode node) {
        return new Platform(node.path("os").asText(""), node.path("architecture").asText(""));
    }

    @Override
    public String toString() {
        return os + "/" + architecture;
    }
}
