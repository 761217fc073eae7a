package dev.glovebox.node.spec;

import java.util.OptionalLong;

/// The user that an image names.
///
/// @param uid its number; 0 where the image names nobody; empty where it names somebody by name
/// @param name empty where the image gives a number or nobody
public record ImageUser(OptionalLong uid, String name) {
    /// The image names nobody.
    public static final ImageUser ROOT = new ImageUser(OptionalLong.of(0), "");
}
