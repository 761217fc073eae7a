package dev.glovebox.containerd;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.glovebox.containerd.ContentStore.Blob;
import dev.glovebox.containerd.ContentStore.Named;
import dev.glovebox.containerd.CriException.Code;
import dev.glovebox.cri.Image;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Keeps images that are checkpoints of containers from becoming containers.
///
/// From 2.1 on containerd knows them by an annotation of what the first of their names points to,
/// and makes of them, without being asked, not the container of the request but the one that the
/// checkpoint describes: on an image that the checkpoint names and containerd pulls, and past the
/// request's security context (CVE-2026-95837). An image is what its configuration is, so that a
/// checkpoint may share it, and with it the id, with anybody's image.
final class Checkpoints {
    /// The annotation that containerd looks for, as checkpointctl names it.
    private static final String MARK = "org.criu.checkpoint.container.name";

    /// Twice what registries are asked to take for a manifest.
    private static final int LARGEST = 8 << 20;

    private static final JsonFactory JSON = new JsonFactory();

    private final ContentStore content;

    Checkpoints(ContentStore content) {
        this.content = content;
    }

    /// Lets every image pass but checkpoints, and those of which it cannot be told.
    ///
    /// @param operation that is refused otherwise
    /// @param image as CRI has it
    /// @throws CriException that says why it does not pass
    void refuse(String operation, Image image) {
        refuse(operation, marked(operation, named(operation, image)));
    }

    /// Takes the names of checkpoints away from an image that came just now, so that nobody's image
    /// has them, and refuses it if there were any.
    ///
    /// @throws CriException as [#refuse]; what cannot be told keeps its names
    void drop(String operation, Image image) {
        List<Named> all = named(operation, image);
        List<Named> marked = marked(operation, all);
        Optional<Named> other = all.stream().filter(named -> !marked.contains(named)).findFirst();
        for (Named named : marked) {
            if (named.name().equals(image.getId()) && other.isPresent()) {
                content.putImage(named.name(), other.get().target(), named.labels());
            } else {
                content.removeImage(named.name());
            }
        }
        refuse(operation, marked);
    }

    private static void refuse(String operation, List<Named> marked) {
        if (!marked.isEmpty()) {
            throw refused(
                    operation,
                    ("image %s is a checkpoint of a container, which containerd would restore as it"
                                    + " was then and not as the pod says; name the image that the"
                                    + " container was made of")
                            .formatted(marked.getFirst().name()));
        }
    }

    private List<Named> named(String operation, Image image) {
        Set<String> names = new TreeSet<>(image.getRepoTagsList());
        names.addAll(image.getRepoDigestsList());
        names.add(image.getId());
        List<Named> named = content.images(names);
        if (named.isEmpty()) {
            throw refused(
                    operation, "image " + image.getId() + " has no manifest by any of its names");
        }
        return named;
    }

    /// Those that point to a checkpoint; most names of an image point to the same manifest.
    private List<Named> marked(String operation, List<Named> all) {
        Map<Blob, Boolean> seen = new HashMap<>();
        return all.stream()
                .filter(named ->
                        seen.computeIfAbsent(named.target(), _ -> isMarked(operation, named)))
                .toList();
    }

    /// Whether the annotation is anywhere in the manifest. containerd takes any spelling of
    /// `annotations` and the last of several, so that it matters little where.
    private boolean isMarked(String operation, Named named) {
        Blob manifest = named.target();
        if (manifest.size() > LARGEST) {
            throw refused(
                    operation,
                    "the manifest of image %s has %d bytes, more than %d"
                            .formatted(named.name(), manifest.size(), LARGEST));
        }
        try (JsonParser parser = JSON.createParser(content.read(manifest))) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME && parser.currentName().equals(MARK)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new CriException(
                    operation,
                    Code.FAILED_PRECONDITION,
                    "the manifest of image " + named.name() + " cannot be read",
                    e);
        }
    }

    private static CriException refused(String operation, String why) {
        return new CriException(operation, Code.FAILED_PRECONDITION, why);
    }
}
