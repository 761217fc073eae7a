package dev.glovebox.node.pull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.containerd.image.ImageName;
import dev.glovebox.node.files.DurableFile;
import dev.glovebox.node.images.StoredImage;
import dev.glovebox.node.pull.PullRecord.Rights;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which of the node's images were pulled with credentials, and with which (KEP-2535): whoever has
/// none of those may not use them although they lie here. What nobody pulled with credentials is
/// for everybody.
///
/// Records are files, `pulled/ID.json` an image, read each time: what is deleted from outside is
/// not known any more. Before a pull with credentials begins, `pulling/HASH-UUID` says so, HASH
/// being that of the repository, and it goes after the record is written: whatever ends in between
/// leaves what came of the pull to nobody. What cannot be read is for nobody. For any thread; one
/// lock covers the files and the intents, and is held while the runtime lists its images, so that
/// no pull begins or ends between the list and what follows from it.
public final class PulledImages {
    private static final Logger LOG = LoggerFactory.getLogger(PulledImages.class);

    /// How long a pull of which nobody knows the end may go on in the runtime.
    static final Duration LATEST = Duration.ofMinutes(35);

    private static final Pattern ID = Pattern.compile("sha256:([0-9a-f]{64})");
    private static final Pattern RECORD = Pattern.compile("[0-9a-f]{64}\\.json");
    private static final Pattern INTENT = Pattern.compile("([0-9a-f]{64})-[0-9a-f-]{36}");
    private static final Pattern PART = Pattern.compile(".*" + Pattern.quote(DurableFile.PART));
    private static final int HASH = 64;

    private final RecordFiles records;
    private final RecordFiles intents;
    private final Supplier<List<StoredImage>> images;
    private final Clock clock;

    /// Pulls of this agent, by their files' names.
    @GuardedBy("this")
    private final Map<String, Intent> active = new HashMap<>();

    /// Pulls whose end nobody knows, by their files' names.
    @GuardedBy("this")
    private final Map<String, Intent> left = new HashMap<>();

    /// Reads what an earlier agent left unfinished.
    ///
    /// @param data the node's directory; `pulled/` and `pulling/` are made in it when needed
    /// @param images every image on the node
    /// @throws PullRecordException where the directory cannot be read
    public PulledImages(Path data, Supplier<List<StoredImage>> images, Clock clock) {
        this.records = new RecordFiles(data.resolve("pulled"));
        this.intents = new RecordFiles(data.resolve("pulling"));
        this.images = images;
        this.clock = clock;
        try {
            for (RecordFiles files : List.of(records, intents)) {
                for (String part : files.names(PART)) {
                    files.delete(part);
                }
            }
            for (String name : intents.names(INTENT)) {
                left.put(name, new Intent(name.substring(0, HASH), open(name), clock.instant()));
            }
        } catch (IOException e) {
            throw new PullRecordException("failed to read image pull intents", e);
        }
    }

    private Set<String> open(String intent) {
        try {
            return Set.copyOf(PullRecordText.parseOpen(intents.read(intent).orElse(new byte[0])));
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", intents.directory().resolve(intent))
                    .setCause(e)
                    .log("an intent to pull cannot be read");
            return Set.of();
        }
    }

    /// Who may use an image that is on the node.
    ///
    /// @param image its id
    /// @param names tags and digests by which the node knows it
    /// @param asked the name by which a pod asks for it, or its id
    public synchronized Access access(String image, List<String> names, String asked) {
        PullRecord record = record(image);
        Set<String> repositories = repositories(names);
        Optional<String> repository = ImageName.repositoryOf(asked).filter(repositories::contains);
        if (repository.isPresent()) {
            repositories = Set.of(repository.get());
        } else {
            // By its id: whoever may have it under any of its names.
            repositories.addAll(record.repositories().keySet());
        }
        if (repositories.isEmpty() && !record.closed() && active.isEmpty() && left.isEmpty()) {
            return new Access.Everybody();
        }
        Map<String, Rights> rights = new HashMap<>();
        for (String each : repositories) {
            rights.put(each, rights(image, each, record));
        }
        return rights.values().stream().anyMatch(Rights::everybody)
                ? new Access.Everybody()
                : new Access.Holders(rights);
    }

    /// Writes down that a repository is about to be pulled from with credentials.
    ///
    /// @param repository in full, with its registry
    /// @throws PullRecordException where that is not possible; nothing may be pulled then
    public synchronized Pull begin(String repository) {
        Set<String> open = new HashSet<>();
        for (StoredImage image : images.get()) {
            if (repositories(image.names()).contains(repository)
                    && rights(image.id(), repository, record(image.id())).everybody()) {
                open.add(image.id());
            }
        }
        String hash = Hashes.of(repository);
        String file = hash + "-" + UUID.randomUUID();
        try {
            intents.write(file, PullRecordText.open(open));
        } catch (IOException e) {
            throw new PullRecordException("failed to record image pull intent", e);
        }
        active.put(file, new Intent(hash, open, clock.instant()));
        return new Pull(file, repository);
    }

    /// A pull with credentials that was begun. To be ended once, by one of its methods.
    public final class Pull {
        private final String file;
        private final String repository;

        private Pull(String file, String repository) {
            this.file = file;
            this.repository = repository;
        }

        /// A credential opened the image.
        public void opened(String image, SecretCredential credential) {
            succeeded(this, image, credential.grant());
        }

        /// The registry let nobody in, or the image did not come.
        public void failed() {
            end(file, true);
        }

        /// It is not known whether it goes on in the runtime.
        public void lost() {
            end(file, false);
        }
    }

    private synchronized void succeeded(Pull pull, String image, Grant grant) {
        Intent intent = active.get(pull.file);
        if (intent == null) {
            throw new IllegalStateException("the pull has ended");
        }
        try {
            if (!intent.open().contains(image)) {
                update(image, record -> record.granted(pull.repository, grant));
            }
            active.remove(pull.file);
            intents.delete(pull.file);
        } catch (IOException e) {
            LOG.atError()
                    .addKeyValue("image", image)
                    .setCause(e)
                    .log("what opened an image could not be written: it is for nobody");
            end(pull.file, false);
        }
    }

    private synchronized void end(String file, boolean known) {
        Intent intent = active.remove(file);
        if (intent == null) {
            return;
        }
        Intent unknown = new Intent(intent.repository(), intent.open(), clock.instant());
        left.put(file, unknown);
        if (known) {
            settle(file, unknown);
        }
    }

    /// Leaves what came of a pull to nobody, and forgets the pull.
    @GuardedBy("this")
    private void settle(String file, Intent intent) {
        try {
            for (StoredImage image : images.get()) {
                for (String repository : repositories(image.names())) {
                    if (intent.covers(image.id(), repository)) {
                        update(image.id(), record -> record.kept(repository));
                    }
                }
            }
            intents.delete(file);
            left.remove(file);
        } catch (IOException | RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("intent", file)
                    .setCause(e)
                    .log("what came of a pull is not known, and stays for nobody");
        }
    }

    /// Writes down that an image was had from a repository without credentials, where anything else
    /// is written.
    ///
    /// @param repository in full, with its registry
    public synchronized void openly(String repository, String image) {
        if (rights(image, repository, record(image)).everybody()) {
            return;
        }
        try {
            update(image, record -> record.opened(repository));
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("image", image)
                    .setCause(e)
                    .log("that an image is for everybody could not be written");
        }
    }

    /// Forgets images that are gone, and pulls that cannot go on any more.
    public synchronized void prune() {
        Instant early = clock.instant().minus(LATEST);
        for (Map.Entry<String, Intent> each : Map.copyOf(left).entrySet()) {
            if (each.getValue().since().isBefore(early)) {
                settle(each.getKey(), each.getValue());
            }
        }
        if (!active.isEmpty()) {
            return;
        }
        try {
            List<String> written = records.names(RECORD);
            if (written.isEmpty()) {
                return;
            }
            Set<String> there =
                    images.get().stream()
                            .flatMap(image -> file(image.id()).stream())
                            .collect(Collectors.toSet());
            for (String name : written) {
                if (!there.contains(name)) {
                    records.delete(name);
                }
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("records of pulled images could not be cleaned");
        }
    }

    @GuardedBy("this")
    private Rights rights(String image, String repository, PullRecord record) {
        boolean uncertain =
                Stream.concat(active.values().stream(), left.values().stream())
                        .anyMatch(intent -> intent.covers(image, repository));
        return record.rights(repository).orElse(uncertain ? Rights.NOBODY : Rights.EVERYBODY);
    }

    private PullRecord record(String image) {
        Optional<String> file = file(image);
        if (file.isEmpty()) {
            return PullRecord.UNREADABLE;
        }
        try {
            Optional<byte[]> text = records.read(file.get());
            return text.isPresent() ? PullRecordText.parse(text.get()) : PullRecord.NONE;
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("image", image)
                    .setCause(e)
                    .log("what is written of a pulled image cannot be read: it is for nobody");
            return PullRecord.UNREADABLE;
        }
    }

    @GuardedBy("this")
    private void update(String image, UnaryOperator<PullRecord> change) throws IOException {
        PullRecord before = record(image);
        PullRecord after = change.apply(before);
        if (!after.equals(before)) {
            String file =
                    file(image).orElseThrow(() -> new IOException("no id of an image: " + image));
            records.write(file, PullRecordText.of(after));
        }
    }

    private static Optional<String> file(String image) {
        return Optional.of(ID.matcher(image))
                .filter(Matcher::matches)
                .map(id -> id.group(1) + ".json");
    }

    private static Set<String> repositories(List<String> names) {
        return names.stream()
                .flatMap(name -> ImageName.repositoryOf(name).stream())
                .collect(Collectors.toCollection(HashSet::new));
    }
}
