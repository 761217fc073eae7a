package dev.glovebox.containerd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A private containerd. It runs in a session of its own, so that it and its pods outlive us, and
/// is adopted by the next who starts: its process is recognised by the configuration file among its
/// arguments.
public final class ContainerdProcess {
    private static final Logger log = LoggerFactory.getLogger(ContainerdProcess.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final long LONGEST_LOG = 16L << 20;
    private static final int LAST_LINES = 5;
    private static final int CAP_SYS_RESOURCE = 24;

    /// Below its root; made when it starts for the first time, before it knows of any container.
    private static final String DATABASE = "io.containerd.metadata.v1.bolt/meta.db";

    private final ContainerdSettings settings;

    /// The process that was found last.
    private volatile @Nullable ProcessHandle found;

    /// A containerd by its settings; nothing happens yet.
    public ContainerdProcess(ContainerdSettings settings) {
        this.settings = settings;
    }

    /// Starts it, or adopts it if it runs by the same settings, and waits until its CRI answers.
    /// One that runs by others is ended first; its pods do not notice.
    ///
    /// @return whether it ran already and was adopted
    /// @throws ContainerdException with the last lines of its log when it does not come up
    public boolean start() {
        if (find().isPresent() && !isConfigured()) {
            log.atInfo().log("containerd runs by other settings; starting it anew");
            stop();
        }
        Optional<ProcessHandle> running = find();
        ProcessHandle process = running.orElseGet(this::launch);
        awaitReady(process);
        return running.isPresent();
    }

    /// Its process; empty if it does not run. Where the one that was found last is still it, the
    /// machine's other processes, of which every pod has some, are not looked at.
    public Optional<ProcessHandle> find() {
        ProcessHandle last = found;
        if (last != null && HostProcesses.is(last, this::areOurs)) {
            return Optional.of(last);
        }
        Optional<ProcessHandle> now = HostProcesses.find(this::areOurs).stream().findFirst();
        found = now.orElse(null);
        return now;
    }

    private boolean areOurs(List<String> arguments) {
        return arguments.size() > 2
                && arguments.get(0).endsWith("containerd")
                && arguments.get(1).equals("--config")
                && arguments.get(2).equals(settings.config().toString());
    }

    /// Ends it. Its shims and their pods go on.
    public void stop() {
        find().ifPresent(process -> HostProcesses.end(process, 10));
    }

    /// Removes every pod, ends it and its shims, and deletes what it made. Also works on what a
    /// killed machine or engine left.
    public void purge() {
        if (find().isPresent() || canStart()) {
            start();
            removePods();
        }
        stop();
        endShims();
        removeShimSockets();
        Mounts.unmountBelow(settings.state());
        Mounts.unmountBelow(settings.root());
        Trees.delete(settings.state().resolve("containerd"));
        Trees.delete(settings.root());
        for (Handler handler : settings.handlers()) {
            Mounts.unmountBelow(handler.root());
            Trees.delete(handler.root());
        }
    }

    /// Processes of shims that belong to this containerd.
    public List<ProcessHandle> shims() {
        String socket = settings.socket().toString();
        return HostProcesses.find(arguments ->
                arguments.getFirst().contains("containerd-shim")
                        && arguments.contains("-address")
                        && arguments.contains(socket));
    }

    /// Where the runtimes under the runc shim keep their state.
    List<Path> runtimeRoots() {
        return settings.handlers().stream()
                .filter(Handler::underRuncShim)
                .map(Handler::root)
                .toList();
    }

    /// Those of them whose bundle is gone.
    Set<ProcessHandle> lostShims() {
        return shims().stream()
                .filter(shim -> HostProcesses.isWithoutDirectory(shim.pid()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Whether there may be pods of one that ran before, and all that it takes to remove them.
    private boolean canStart() {
        return Files.isRegularFile(settings.root().resolve(DATABASE))
                && Files.isExecutable(settings.binary())
                && settings.handlers().stream()
                        .allMatch(handler -> Files.isExecutable(handler.binary()));
    }

    private void removePods() {
        try (ContainerdClient client = new ContainerdClient(settings.socket())) {
            PodRemoval.removeAll(client.cri());
        }
    }

    private void endShims() {
        for (ProcessHandle shim : shims()) {
            HostProcesses.end(shim, 5);
        }
    }

    /// A shim's socket lies in `/run/containerd/s`, whatever containerd is told, under a name that
    /// its bundle records. Shims that end well remove theirs.
    private void removeShimSockets() {
        Path tasks = settings.state().resolve("containerd/io.containerd.runtime.v2.task/k8s.io");
        if (!Files.isDirectory(tasks, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var bundles = Files.list(tasks)) {
            for (Path bundle : bundles.toList()) {
                Path address = bundle.resolve("address");
                if (Files.isRegularFile(address, LinkOption.NOFOLLOW_LINKS)) {
                    String socket = Files.readString(address).strip();
                    Files.deleteIfExists(Path.of(socket.replaceFirst("^unix://", "")));
                }
            }
        } catch (IOException e) {
            throw new ContainerdException("removing the sockets of shims below " + tasks, e);
        }
    }

    private ProcessHandle launch() {
        try {
            prepare();
            List<String> command =
                    List.of(
                            "setsid",
                            settings.binary().toString(),
                            "--config",
                            settings.config().toString());
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(
                                    ProcessBuilder.Redirect.appendTo(settings.log().toFile()))
                            .redirectErrorStream(true);
            Map<String, String> environment = builder.environment();
            environment.clear();
            environment.put("PATH", searchPath());
            return builder.start().toHandle();
        } catch (IOException e) {
            throw new ContainerdException("cannot start " + settings.binary(), e);
        }
    }

    private void prepare() throws IOException {
        var ownerOnly =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x"));
        for (Path directory :
                List.of(
                        settings.root(),
                        settings.root().resolve("registries"),
                        settings.state(),
                        settings.log().resolveSibling("."))) {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory, ownerOnly);
            }
        }
        if (Files.exists(settings.log()) && Files.size(settings.log()) > LONGEST_LOG) {
            Files.move(
                    settings.log(),
                    settings.log().resolveSibling(settings.log().getFileName() + ".1"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        Path temporary = settings.config().resolveSibling("containerd.toml.new");
        Files.writeString(temporary, configuration());
        Files.move(temporary, settings.config(), StandardCopyOption.ATOMIC_MOVE);
    }

    private boolean isConfigured() {
        try {
            return Files.readString(settings.config()).equals(configuration());
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new ContainerdException("reading " + settings.config(), e);
        }
    }

    private String configuration() throws IOException {
        return ContainerdConfig.render(settings, version(), !mayLowerOomScores());
    }

    private ContainerdVersion version() {
        String text = Commands.run(List.of(settings.binary().toString(), "--version"));
        ContainerdVersion version =
                ContainerdVersion.parse(text)
                        .orElseThrow(() ->
                                new ContainerdException(
                                        settings.binary()
                                                + " --version says no version: "
                                                + text.strip()));
        if (version.compareTo(ContainerdVersion.OLDEST) < 0) {
            throw new ContainerdException(
                    "containerd "
                            + version
                            + " at "
                            + settings.binary()
                            + " is too old; it takes "
                            + ContainerdVersion.OLDEST
                            + " or newer");
        }
        return version;
    }

    private static boolean mayLowerOomScores() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("CapEff:")) {
                long capabilities = Long.parseUnsignedLong(line.substring(7).strip(), 16);
                return (capabilities >> CAP_SYS_RESOURCE & 1) == 1;
            }
        }
        return false;
    }

    private String searchPath() {
        List<String> directories = new ArrayList<>();
        settings.path().forEach(directory -> directories.add(directory.toString()));
        directories.addAll(List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"));
        directories.addAll(List.of("/sbin", "/bin"));
        return String.join(":", directories);
    }

    private void awaitReady(ProcessHandle process) {
        CompletableFuture<ProcessHandle> end = process.onExit();
        try (ContainerdClient client = new ContainerdClient(settings.socket())) {
            long polls = PATIENCE.dividedBy(POLL);
            for (long i = 0; i < polls; i++) {
                if (answers(client)) {
                    return;
                }
                if (endsWithin(end, POLL)) {
                    throw new ContainerdException("containerd ended at once" + lastLines());
                }
            }
        }
        throw new ContainerdException(
                "containerd does not answer after " + PATIENCE.toSeconds() + " s" + lastLines());
    }

    private static boolean endsWithin(CompletableFuture<ProcessHandle> end, Duration patience) {
        try {
            end.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new ContainerdException("waiting for containerd", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerdException("interrupted while containerd started", e);
        }
    }

    private static boolean answers(ContainerdClient client) {
        try {
            client.reconnect();
            client.cri().version();
            return true;
        } catch (CriException e) {
            log.atDebug().addKeyValue("cause", e.getMessage()).log("containerd is not ready yet");
            return false;
        }
    }

    private String lastLines() {
        try {
            List<String> lines = Files.readAllLines(settings.log(), StandardCharsets.ISO_8859_1);
            return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()).stream()
                    .collect(
                            Collectors.joining(
                                    "\n  ", "; the last lines of " + settings.log() + ":\n  ", ""));
        } catch (IOException e) {
            return "; its log " + settings.log() + " cannot be read: " + e.getMessage();
        }
    }
}
