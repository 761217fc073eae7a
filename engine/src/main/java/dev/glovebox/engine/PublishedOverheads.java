package dev.glovebox.engine;

import java.util.Map;
import java.util.Optional;

/// What runtimes' own projects say that a pod takes beside its containers. A class begins with it
/// until something was measured.
final class PublishedOverheads {
    private static final Map<String, ClassOverhead> BY_HANDLER =
            Map.of(
                    "kata",
                    ClassOverhead.published(
                            "320Mi", "250m", "Kata Containers for QEMU (kata-deploy, 2026-06)"));

    private PublishedOverheads() {}

    /// Of a handler; empty where nothing was published.
    static Optional<ClassOverhead> of(String handler) {
        return Optional.ofNullable(BY_HANDLER.get(handler));
    }
}
