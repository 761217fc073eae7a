package dev.glovebox.apiserver.cel;

/// A value that knows how much there is in it.
interface Weighted {
    /// About how many steps it takes to look at all of it.
    long weight();
}
