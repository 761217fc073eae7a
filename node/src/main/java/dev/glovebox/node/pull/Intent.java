package dev.glovebox.node.pull;

import java.time.Instant;
import java.util.Set;

/// A pull with credentials that was begun and of which it is not written what came of it. What is
/// found on the node under its repository may be from it, and so is for nobody.
///
/// @param repository SHA-256 of its name, which the name of the intent's file has
/// @param open ids of images that were there under this repository before, for everybody
/// @param since when this agent knew of it
record Intent(String repository, Set<String> open, Instant since) {
    Intent {
        open = Set.copyOf(open);
    }

    boolean covers(String image, String name) {
        return repository.equals(Hashes.of(name)) && !open.contains(image);
    }
}
