package dev.glovebox.apiserver.podsecurity;

import java.util.Optional;

/// One thing that a level forbids.
@FunctionalInterface
interface Check {
    /// What the pod asks for and may not; empty where there is nothing.
    Optional<Violation> violation(CheckedPod pod);
}
