package dev.glovebox.engine;

import dev.glovebox.containerd.image.ImageException;
import dev.glovebox.containerd.image.ImageStore;
import dev.glovebox.containerd.image.StoredImage;
import dev.glovebox.control.Conversation;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The images of all nodes of the engine. What comes in comes to every node, as nobody knows where
/// the pods will be that want it.
record NodeImages(List<Parts> nodes) {
    /// A registry of which so long nothing comes is given up on.
    private static final Duration QUIET = Duration.ofSeconds(15);

    NodeImages {
        nodes = List.copyOf(nodes);
    }

    /// An image and the nodes that have it.
    record Held(StoredImage image, List<String> nodes) {
        Held {
            nodes = List.copyOf(nodes);
        }
    }

    /// Every image once, by name, with all names that any node has for it.
    List<Held> list() {
        Map<String, Set<String>> names = new LinkedHashMap<>();
        Map<String, List<String>> holders = new LinkedHashMap<>();
        Map<String, StoredImage> images = new LinkedHashMap<>();
        for (Parts node : nodes) {
            for (StoredImage image : node.images().list()) {
                images.putIfAbsent(image.id(), image);
                names.computeIfAbsent(image.id(), _ -> new LinkedHashSet<>()).addAll(image.names());
                holders.computeIfAbsent(image.id(), _ -> new ArrayList<>()).add(node.nodeName());
            }
        }
        return images.values().stream()
                .map(image ->
                        new Held(
                                new StoredImage(
                                        List.copyOf(names.getOrDefault(image.id(), Set.of())),
                                        image.id(),
                                        image.size()),
                                holders.getOrDefault(image.id(), List.of())))
                .sorted(
                        java.util.Comparator.comparing(
                                held -> String.join(" ", held.image().names())))
                .toList();
    }

    ImageReport report() {
        return new ImageReport(list(), nodes.size());
    }

    /// Those of the nodes that lack an image.
    NodeImages without(String name) {
        return new NodeImages(
                nodes.stream().filter(node -> node.images().find(name).isEmpty()).toList());
    }

    /// Takes an archive in on every node. Answers with the images' names.
    List<String> load(InputStream archive, String what) {
        return ImageStore.load(nodes.stream().map(Parts::images).toList(), archive, what);
    }

    /// Pulls an image on every node, one after another.
    ///
    /// @param talk hears how far it is
    void pull(String name, Conversation talk) throws IOException, InterruptedException {
        for (Parts node : nodes) {
            talk.progress("pulling " + name);
            node.images()
                    .pull(
                            name,
                            QUIET,
                            progress -> talk.progress("pulling " + name + amount(progress)));
        }
    }

    /// How far that is, for a person; nothing while nothing has come.
    private static String amount(ImageStore.Progress progress) {
        return progress.known() == 0
                ? ""
                : ": %s of %s MiB".formatted(mebi(progress.arrived()), mebi(progress.known()));
    }

    private static String mebi(long bytes) {
        return String.format(Locale.ROOT, "%.1f", (double) bytes / (1 << 20));
    }

    /// Removes an image wherever it is. Answers with the names that are gone.
    ///
    /// @throws ImageException where no node has it, or Glovebox itself needs it
    List<String> remove(String name) {
        Set<String> gone = new LinkedHashSet<>();
        List<Parts> holders =
                nodes.stream().filter(node -> node.images().find(name).isPresent()).toList();
        // Where nobody has it, the first node says so.
        for (Parts node : holders.isEmpty() ? nodes.subList(0, 1) : holders) {
            gone.addAll(node.images().remove(name));
        }
        return List.copyOf(gone);
    }
}
