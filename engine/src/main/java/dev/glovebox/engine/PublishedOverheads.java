package dev.glovebox.engine;

import dev.glovebox.model.Names;
import dev.glovebox.runtimes.Handler;
import java.util.Optional;

/// What runtimes' own projects say that a pod takes beside its containers. A class begins with it
/// until something was measured.
final class PublishedOverheads {
    private static final String PROCESSOR = "250m";

    private PublishedOverheads() {}

    /// Of a handler; empty where nothing was published.
    static Optional<ClassOverhead> of(Handler handler) {
        return handler.name().equals(Names.KATA)
                ? kata(handler.setup().platform())
                : Optional.empty();
    }

    /// By the configuration's name, such as `qemu-runtime-rs` or `clh`.
    private static Optional<ClassOverhead> kata(String hypervisor) {
        return switch (hypervisor.replaceFirst("-.*", "")) {
            case "qemu" -> Optional.of(published("320Mi", "QEMU"));
            case "clh" -> Optional.of(published("130Mi", "Cloud Hypervisor"));
            case "dragonball" -> Optional.of(published("130Mi", "Dragonball"));
            case "fc" -> Optional.of(published("130Mi", "Firecracker"));
            case "stratovirt" -> Optional.of(published("130Mi", "StratoVirt"));
            default -> Optional.empty();
        };
    }

    private static ClassOverhead published(String memory, String hypervisor) {
        return ClassOverhead.published(
                memory,
                PROCESSOR,
                "Kata Containers for %s (kata-deploy, 2026-06)".formatted(hypervisor));
    }
}
