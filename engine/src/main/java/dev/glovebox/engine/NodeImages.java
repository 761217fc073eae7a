package dev.glovebox.engine;

import dev.glovebox.containerd.image.ImageException;
import dev.glovebox.containerd.image.ImageStore;
import dev.glovebox.containerd.image.StoredImage;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The images of all nodes of the engine. What comes in comes to every node, as nobody knows where
/// the pods will be that want it.
record NodeImages(List<Parts> nodes) {
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

    /// The nodes that lack an image.
    List<Parts> without(String name) {
        return nodes.stream().filter(node -> node.images().find(name).isEmpty()).toList();
    }

    /// Takes an archive in on every node. Answers with the images' names.
    List<String> load(InputStream archive, String what) {
        return ImageStore.load(nodes.stream().map(Parts::images).toList(), archive, what);
    }

    /// Pulls an image on every node, one after another.
    void pull(String name, Duration longest) {
        nodes.forEach(node -> node.images().pull(name, longest));
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
