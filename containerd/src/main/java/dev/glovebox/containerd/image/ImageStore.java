package dev.glovebox.containerd.image;

import dev.glovebox.containerd.ContentStore;
import dev.glovebox.containerd.Cri;
import dev.glovebox.containerd.CriException;
import dev.glovebox.containerd.image.ImageException.Reason;
import dev.glovebox.cri.Image;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/// The images of this node: what CRI lists, pulls, and what archives bring in. For use by any
/// thread; loads go one after another.
public final class ImageStore {
    private static final Map<String, String> MANAGED = Map.of("io.cri-containerd.image", "managed");
    private static final Map<String, String> PINNED =
            Map.of(
                    "io.cri-containerd.image",
                    "managed",
                    "io.cri-containerd.pinned",
                    "pinned",
                    "glovebox.dev/builtin",
                    "true");

    private final Cri cri;
    private final ContentStore content;
    private final Settings settings;

    /// What an image store is told.
    ///
    /// @param directory where archives are kept while they are read, and the images that Glovebox
    ///   makes; made when first used
    /// @param largestArchive most bytes that an archive may have, unpacked from gzip
    /// @param patience how long containerd's CRI plugin may take to notice an image that was loaded
    public record Settings(Path directory, long largestArchive, Duration patience) {
        /// Refuses limits below one.
        public Settings {
            Objects.requireNonNull(directory, "directory");
            if (largestArchive < 1 || !patience.isPositive()) {
                throw new IllegalArgumentException("a limit below one: " + largestArchive);
            }
        }

        /// Archives of up to 32 GiB, and half a minute.
        public static Settings in(Path directory) {
            return new Settings(directory, 32L << 30, Duration.ofSeconds(30));
        }
    }

    /// A store over one containerd.
    public ImageStore(Cri cri, ContentStore content, Settings settings) {
        this.cri = Objects.requireNonNull(cri, "cri");
        this.content = Objects.requireNonNull(content, "content");
        this.settings = Objects.requireNonNull(settings, "settings");
    }

    /// All images, by name.
    public List<StoredImage> list() {
        return cri.listImages().stream()
                .map(ImageStore::stored)
                .sorted(Comparator.comparing(image -> String.join(" ", image.names())))
                .toList();
    }

    /// An image by name or id; empty when it is not stored.
    public Optional<StoredImage> find(String name) {
        return cri.imageStatus(known(name)).map(ImageStore::stored);
    }

    /// How far a pull is.
    ///
    /// @param arrived bytes, compressed as the registry has them
    /// @param known bytes that there are to come in all, as far as that is known by now
    public record Progress(long arrived, long known) {}

    /// Hears how far a pull is, several times a second.
    @FunctionalInterface
    public interface Listener {
        /// It is so far.
        ///
        /// @throws IOException when nobody wants to hear it any more; the pull is given up then
        void progress(Progress progress) throws IOException;
    }

    /// Pulls an image from its registry, once.
    ///
    /// @param quiet after so long without a byte the pull is given up
    /// @throws ImageException when there is none, or it does not come
    /// @throws IOException as the listener throws it
    public StoredImage pull(String name, Duration quiet, Listener listener)
            throws IOException, InterruptedException {
        String full = inFull(name);
        try {
            String reference =
                    new Pulls(cri, content, InstantSource.system()).pull(full, quiet, listener);
            return cri.imageStatus(reference).map(ImageStore::stored).orElseThrow(() -> gone(full));
        } catch (TimeoutException e) {
            throw new ImageException(
                    Reason.TIMED_OUT,
                    "image %s could not be pulled: nothing came from its registry for %d s"
                            .formatted(full, quiet.toSeconds()),
                    e);
        } catch (CriException e) {
            throw e.code() == CriException.Code.NOT_FOUND
                    ? new ImageException(
                            Reason.NOT_FOUND, "no image " + full + " at its registry", e)
                    : new ImageException(
                            Reason.FAILED,
                            "image " + full + " could not be pulled: " + e.description(),
                            e);
        }
    }

    /// Loads every image of an archive: an OCI layout, or what `docker save` writes, also
    /// compressed by gzip. Answers with the names, in full.
    ///
    /// @throws ImageException when the archive is damaged, unknown or too large; nothing of it has
    ///   a name then
    public List<String> load(Path archive) {
        try {
            return load(archive, archive.toString(), MANAGED);
        } catch (IOException e) {
            throw new ImageException(
                    Reason.FAILED, "cannot load " + archive + ": " + Spool.reason(e), e);
        }
    }

    /// The same from a stream, which is kept in a file meanwhile.
    ///
    /// @param what how a person knows the archive, for messages
    public List<String> load(InputStream archive, String what) {
        return load(List.of(this), archive, what);
    }

    /// The same into several stores, one after another, of which the first keeps the file.
    ///
    /// @param stores one at least
    public static List<String> load(List<ImageStore> stores, InputStream archive, String what) {
        Settings settings = stores.getFirst().settings;
        try (Spool spool = Spool.in(settings.directory())) {
            spool.fill(archive, settings.largestArchive(), what);
            List<String> names = List.of();
            for (ImageStore store : stores) {
                names = store.load(spool.file(), what, MANAGED);
            }
            return names;
        } catch (IOException e) {
            throw new ImageException(
                    Reason.FAILED, "cannot load " + what + ": " + Spool.reason(e), e);
        }
    }

    /// Has one of our own images stored and pinned, as it is now; does nothing where it already is.
    public void ensure(BuiltinImage image) {
        if (content.images().stream()
                .anyMatch(named ->
                        named.name().equals(image.name())
                                && named.target().digest().equals(image.digest())
                                && named.labels().containsKey("glovebox.dev/builtin"))) {
            await(List.of(image.name()));
            return;
        }
        try {
            Files.createDirectories(settings.directory());
            Path archive = settings.directory().resolve(image.fileName());
            OciArchive.write(image, archive);
            load(archive, image.name(), PINNED);
        } catch (IOException e) {
            throw new ImageException(
                    Reason.FAILED,
                    "cannot make the image " + image.name() + ": " + Spool.reason(e),
                    e);
        }
    }

    /// Takes a name away, and the image with its last name. An id takes the image with all its
    /// names. Answers with the names that are gone.
    ///
    /// @throws ImageException when there is no such image, or Glovebox itself needs it
    public List<String> remove(String name) {
        Image image =
                cri.imageStatus(known(name))
                        .orElseThrow(() ->
                                new ImageException(Reason.NOT_FOUND, "no image " + name + " here"));
        Set<String> ours = new HashSet<>(image.getRepoTagsList());
        ours.add(image.getId());
        if (content.images().stream()
                .anyMatch(named ->
                        ours.contains(named.name())
                                && named.labels().containsKey("glovebox.dev/builtin"))) {
            throw new ImageException(
                    Reason.IN_USE,
                    "image " + name + " is part of Glovebox and goes with `glovebox down --purge`");
        }
        Optional<String> full = ImageName.inFull(name);
        if (full.isPresent()
                && image.getRepoTagsCount() > 1
                && image.getRepoTagsList().contains(full.get())) {
            content.removeImage(full.get());
            return List.of(full.get());
        }
        cri.removeImage(image.getId());
        List<String> gone = new ArrayList<>(image.getRepoTagsList());
        return gone.isEmpty() ? List.of(image.getId()) : gone;
    }

    private synchronized List<String> load(Path file, String what, Map<String, String> labels)
            throws IOException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new ImageException(Reason.INVALID_ARCHIVE, what + " is no file that can be read");
        }
        if (Spool.isGzip(file)) {
            try (Spool spool = Spool.in(settings.directory())) {
                spool.unpack(file, settings.largestArchive(), what);
                return loadTar(spool.file(), what, labels);
            }
        }
        return loadTar(file, what, labels);
    }

    private List<String> loadTar(Path file, String what, Map<String, String> labels)
            throws IOException {
        try (ArchiveFile archive = ArchiveFile.open(file, what)) {
            List<ArchivedImage> images = imagesOf(archive);
            Map<String, String> kept = new HashMap<>(labels);
            new ImageImport(content).run(archive, images, kept);
            List<String> names =
                    images.stream().flatMap(image -> image.names().stream()).distinct().toList();
            await(names);
            return names;
        }
    }

    private static List<ArchivedImage> imagesOf(ArchiveFile archive) throws IOException {
        Platform platform = Platform.ofThisMachine();
        if (OciLayout.isIn(archive)) {
            return new OciLayout(archive, platform).images();
        }
        if (DockerSave.isIn(archive)) {
            return new DockerSave(archive, platform).images();
        }
        throw archive.wrong(
                "it is neither an OCI layout (oci-layout and index.json) nor the output of docker"
                        + " save (manifest.json)");
    }

    /// containerd tells its CRI plugin of new images by an event, so that it may lag.
    private void await(List<String> names) {
        for (String name : names) {
            if (!Patience.until(settings.patience(), () -> cri.imageStatus(name).isPresent())) {
                throw new ImageException(
                        Reason.FAILED,
                        "image "
                                + name
                                + " was stored, but containerd does not show it within "
                                + settings.patience().toSeconds()
                                + " s");
            }
        }
    }

    private static ImageException gone(String name) {
        return new ImageException(
                Reason.NOT_FOUND, "image " + name + " was removed while it was pulled");
    }

    /// Ids as they are, names in full.
    private static String known(String name) {
        return Digests.isDigest(name) || name.matches("[0-9a-f]{12,64}") ? name : inFull(name);
    }

    private static String inFull(String name) {
        return ImageName.inFull(name)
                .orElseThrow(() ->
                        new ImageException(
                                Reason.INVALID_NAME,
                                TarIndex.quoted(name) + " is no name of an image"));
    }

    private static StoredImage stored(Image image) {
        List<String> names = new ArrayList<>(image.getRepoTagsList());
        names.addAll(image.getRepoDigestsList());
        return new StoredImage(names, image.getId(), image.getSize());
    }
}
