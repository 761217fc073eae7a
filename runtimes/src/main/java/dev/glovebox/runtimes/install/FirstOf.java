package dev.glovebox.runtimes.install;

import dev.glovebox.containerd.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// The first of several sources from which anything can be had. One that gave something else than
/// was promised is no reason to go on to the next: that ends it.
public final class FirstOf implements RuntimeSource {
    private final List<RuntimeSource> sources;

    /// Asks them in this order.
    public FirstOf(List<RuntimeSource> sources) {
        this.sources = List.copyOf(sources);
    }

    @Override
    public String describe() {
        return sources.stream()
                .map(RuntimeSource::describe)
                .collect(Collectors.joining(", else ", "", ""));
    }

    @Override
    public Fetched fetch(Path into, Consumer<String> progress)
            throws IOException, InterruptedException {
        List<String> tried = new ArrayList<>();
        for (RuntimeSource each : sources) {
            Path own = Files.createTempDirectory(into, "source");
            try {
                return each.fetch(own, progress);
            } catch (UnreachableException e) {
                tried.add(String.valueOf(e.getMessage()));
                progress.accept(String.valueOf(e.getMessage()));
                Trees.delete(own);
            }
        }
        throw new UnreachableException("nothing can be had: " + String.join("; ", tried));
    }
}
