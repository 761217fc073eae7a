package dev.glovebox.containerd.image;

/// Names that Glovebox gives.
final class Names {
    private static final int SHORT = 12;

    private Names() {}

    /// The name of an image that came without one: the head of its manifest's digest as a tag.
    static String ofUnnamed(String digest) {
        return "glovebox.dev/loaded:" + Digests.hex(digest).substring(0, SHORT);
    }
}
