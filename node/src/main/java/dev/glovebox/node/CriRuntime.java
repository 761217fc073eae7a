package dev.glovebox.node;

import static dev.glovebox.cri.ContainerState.CONTAINER_RUNNING;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.containerd.Cri;
import dev.glovebox.containerd.CriException;
import dev.glovebox.cri.AttachRequest;
import dev.glovebox.cri.AuthConfig;
import dev.glovebox.cri.Container;
import dev.glovebox.cri.ContainerConfig;
import dev.glovebox.cri.ContainerFilter;
import dev.glovebox.cri.ContainerStatus;
import dev.glovebox.cri.ExecRequest;
import dev.glovebox.cri.ExecSyncResponse;
import dev.glovebox.cri.FilesystemUsage;
import dev.glovebox.cri.Image;
import dev.glovebox.cri.ImageSpec;
import dev.glovebox.cri.LinuxContainerResources;
import dev.glovebox.cri.LinuxContainerUser;
import dev.glovebox.cri.PodIP;
import dev.glovebox.cri.PodSandbox;
import dev.glovebox.cri.PodSandboxConfig;
import dev.glovebox.cri.PodSandboxFilter;
import dev.glovebox.cri.PodSandboxNetworkStatus;
import dev.glovebox.cri.PodSandboxState;
import dev.glovebox.cri.PodSandboxStatus;
import dev.glovebox.cri.PortForwardRequest;
import dev.glovebox.cri.PullImageRequest;
import dev.glovebox.cri.StatusResponse;
import dev.glovebox.cri.UpdateContainerResourcesRequest;
import dev.glovebox.cri.VersionResponse;
import dev.glovebox.network.Family;
import dev.glovebox.node.images.StoredImage;
import dev.glovebox.node.pod.ContainerState;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.pod.ProcessUser;
import dev.glovebox.node.pod.SandboxView;
import dev.glovebox.node.probe.Commands;
import dev.glovebox.node.pull.Credential;
import dev.glovebox.node.spec.ImageUser;
import dev.glovebox.node.spec.Labels;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// containerd's CRI as the node agent needs it. Sees only what bears this node's label: whatever
/// else lives in the same containerd is not ours to judge or remove.
final class CriRuntime implements ContainerRuntime {
    private static final Duration LONGEST_PULL = Duration.ofMinutes(30);
    private static final String CRI_PLUGIN = "io.containerd.grpc.v1.cri";
    private static final Pattern ID = Pattern.compile("[0-9a-f]{1,64}");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cri cri;
    private final Map<String, String> ours;
    private final UnaryOperator<List<String>> order;

    /// For whom it does not matter which of a pod's addresses is the first.
    CriRuntime(Cri cri, String node) {
        this(cri, node, addresses -> addresses);
    }

    /// @param order of a pod's addresses; the runtime has those of IPv4 first
    CriRuntime(Cri cri, String node, UnaryOperator<List<String>> order) {
        this.cri = cri;
        this.ours = Map.of(Labels.NODE, node);
        this.order = order;
    }

    @Override
    public List<RuntimePod> pods() {
        return call(() -> {
            Map<String, Seen> pods = new HashMap<>();
            for (PodSandbox s : cri.listPodSandbox(sandboxes(ours))) {
                Seen seen = pods.computeIfAbsent(uid(s.getLabelsMap()), u -> new Seen(s));
                seen.running |= s.getState() == PodSandboxState.SANDBOX_READY;
                seen.parts.add(s.getId() + "=" + s.getState());
            }
            for (Container c : cri.listContainers(containers(ours))) {
                Seen seen = pods.get(uid(c.getLabelsMap()));
                if (seen != null) {
                    seen.parts.add(c.getId() + "=" + c.getState());
                }
            }
            return pods.values().stream().map(Seen::pod).toList();
        });
    }

    @Override
    public Set<String> sandboxes() {
        return call(() ->
                cri.listPodSandbox(PodSandboxFilter.getDefaultInstance()).stream()
                        .map(PodSandbox::getId)
                        .collect(Collectors.toSet()));
    }

    /// A pod while it is being put together.
    private static final class Seen {
        private final PodSandbox sandbox;
        private final TreeSet<String> parts = new TreeSet<>();
        private boolean running;

        Seen(PodSandbox sandbox) {
            this.sandbox = sandbox;
        }

        RuntimePod pod() {
            return new RuntimePod(
                    uid(sandbox.getLabelsMap()),
                    sandbox.getMetadata().getNamespace(),
                    sandbox.getMetadata().getName(),
                    running,
                    String.join(",", parts));
        }
    }

    @Override
    public PodView look(String uid) {
        return call(() -> {
            Map<String, String> labels = new HashMap<>(ours);
            labels.put(Labels.POD_UID, uid);
            List<SandboxView> sandboxes = new ArrayList<>();
            for (PodSandbox sandbox : cri.listPodSandbox(sandboxes(labels))) {
                sandbox(sandbox.getId()).ifPresent(sandboxes::add);
            }
            List<ContainerView> containers = new ArrayList<>();
            for (Container container : cri.listContainers(containers(labels))) {
                container(container).ifPresent(containers::add);
            }
            return new PodView(sandboxes, containers);
        });
    }

    @Override
    public boolean runs(String container) {
        try {
            return cri.containerStatus(container).getStatus().getState() == CONTAINER_RUNNING;
        } catch (CriException e) {
            if (e.code() == CriException.Code.NOT_FOUND) {
                return false;
            }
            throw new RuntimeRefusal(e.description(), e);
        }
    }

    private Optional<SandboxView> sandbox(String id) {
        try {
            PodSandboxStatus status = cri.podSandboxStatus(id).getStatus();
            return Optional.of(
                    new SandboxView(
                            id,
                            status.getMetadata().getAttempt(),
                            status.getState() == PodSandboxState.SANDBOX_READY,
                            instant(status.getCreatedAt()),
                            order.apply(addresses(status.getNetwork())),
                            status.getRuntimeHandler()));
        } catch (CriException e) {
            return absent(e);
        }
    }

    /// The runtime has them in the family's own spelling; what is none is not the pod's.
    private static List<String> addresses(PodSandboxNetworkStatus network) {
        return Stream.concat(
                        Stream.of(network.getIp()),
                        network.getAdditionalIpsList().stream().map(PodIP::getIp))
                .flatMap(each -> Family.spelled(each).stream())
                .distinct()
                .toList();
    }

    private Optional<ContainerView> container(Container container) {
        try {
            ContainerStatus status = cri.containerStatus(container.getId()).getStatus();
            return Optional.of(
                    new ContainerView(
                            container.getId(),
                            container.getPodSandboxId(),
                            status.getMetadata().getName(),
                            status.getMetadata().getAttempt(),
                            status.getImageRef(),
                            user(status),
                            state(status)));
        } catch (CriException e) {
            return absent(e);
        }
    }

    private static Optional<ProcessUser> user(ContainerStatus status) {
        if (!status.getUser().hasLinux()) {
            return Optional.empty();
        }
        LinuxContainerUser user = status.getUser().getLinux();
        return Optional.of(
                new ProcessUser(user.getUid(), user.getGid(), user.getSupplementalGroupsList()));
    }

    /// What went between the list and the question is simply not there.
    private static <T> Optional<T> absent(CriException e) {
        if (e.code() == CriException.Code.NOT_FOUND) {
            return Optional.empty();
        }
        throw e;
    }

    private static ContainerState state(ContainerStatus status) {
        return switch (status.getState()) {
            case CONTAINER_CREATED -> new ContainerState.Created();
            case CONTAINER_RUNNING -> new ContainerState.Running(instant(status.getStartedAt()));
            case CONTAINER_EXITED ->
                    new ContainerState.Exited(
                            instant(status.getStartedAt()),
                            instant(status.getFinishedAt()),
                            status.getExitCode(),
                            status.getReason(),
                            status.getMessage());
            case CONTAINER_UNKNOWN, UNRECOGNIZED ->
                    new ContainerState.Exited(
                            instant(status.getStartedAt()),
                            instant(Math.max(status.getStartedAt(), status.getFinishedAt())),
                            137,
                            "ContainerStatusUnknown",
                            "The container could not be located");
        };
    }

    @Override
    public String runSandbox(PodSandboxConfig config, String handler) {
        return call(() -> cri.runPodSandbox(config, handler));
    }

    /// Told by containerd from 2.0 on, which asks the OCI runtime.
    @Override
    public boolean givesOwnUsers(String handler) {
        return call(() ->
                cri.status().getRuntimeHandlersList().stream()
                        .filter(each -> each.getName().equals(handler))
                        .anyMatch(each -> each.getFeatures().getUserNamespaces()));
    }

    /// Told by containerd from 2.0 on.
    @Override
    public Optional<Boolean> givesStrictGroups() {
        StatusResponse status = call(cri::status);
        return status.hasFeatures()
                ? Optional.of(status.getFeatures().getSupplementalGroupsPolicy())
                : Optional.empty();
    }

    @Override
    public OptionalLong process(String sandbox) {
        String info =
                call(() -> cri.podSandboxStatusInFull(sandbox)).getInfoOrDefault("info", "{}");
        try {
            long pid = JSON.readTree(info).path("pid").asLong();
            return pid > 0 ? OptionalLong.of(pid) : OptionalLong.empty();
        } catch (JsonProcessingException e) {
            throw new RuntimeRefusal("what the runtime tells of sandbox " + sandbox, e);
        }
    }

    @Override
    public void stopSandbox(String id) {
        run(() -> cri.stopPodSandbox(id));
    }

    @Override
    public void removeSandbox(String id) {
        run(() -> cri.removePodSandbox(id));
    }

    @Override
    public Optional<RuntimeImage> image(String name) {
        return call(() ->
                cri.imageStatus(name)
                        .map(image ->
                                new RuntimeImage(
                                        image.getId(),
                                        CriImages.stored(image).names(),
                                        user(image))));
    }

    private static ImageUser user(Image image) {
        if (image.hasUid()) {
            return new ImageUser(OptionalLong.of(image.getUid().getValue()), "");
        }
        return image.getUsername().isEmpty()
                ? ImageUser.ROOT
                : new ImageUser(OptionalLong.empty(), image.getUsername());
    }

    @Override
    public String pull(String image, PodSandboxConfig sandbox, Optional<Credential> credential) {
        PullImageRequest.Builder request =
                PullImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(image))
                        .setSandboxConfig(sandbox);
        credential.map(CriRuntime::auth).ifPresent(request::setAuth);
        return call(() -> cri.pullImage(request.build(), LONGEST_PULL));
    }

    private static AuthConfig auth(Credential credential) {
        return AuthConfig.newBuilder()
                .setUsername(credential.username())
                .setPassword(credential.password())
                .setIdentityToken(credential.identityToken())
                .setRegistryToken(credential.registryToken())
                .build();
    }

    @Override
    public String create(String sandboxId, ContainerConfig config, PodSandboxConfig sandbox) {
        return call(() -> cri.createContainer(sandboxId, config, sandbox));
    }

    @Override
    public void start(String container) {
        run(() -> cri.startContainer(container));
    }

    @Override
    public void resize(String container, LinuxContainerResources resources) {
        UpdateContainerResourcesRequest request =
                UpdateContainerResourcesRequest.newBuilder()
                        .setContainerId(container)
                        .setLinux(resources)
                        .build();
        run(() -> cri.updateContainerResources(request));
    }

    @Override
    public void stop(String container, Duration grace) {
        run(() -> cri.stopContainer(container, grace));
    }

    @Override
    public void remove(String container) {
        run(() -> cri.removeContainer(container));
    }

    @Override
    public void reopenLog(String container) {
        run(() -> cri.reopenContainerLog(container));
    }

    @Override
    public Commands.End run(String container, List<String> command, Duration timeout) {
        try {
            ExecSyncResponse end = cri.execSync(container, command, timeout);
            return new Commands.End.Exited(
                    end.getExitCode(),
                    end.getStdout().toStringUtf8() + end.getStderr().toStringUtf8());
        } catch (CriException e) {
            return e.code() == CriException.Code.DEADLINE_EXCEEDED
                    ? new Commands.End.TimedOut()
                    : new Commands.End.NotRun(e.description());
        }
    }

    @Override
    public URI exec(String container, StreamOptions options, List<String> command) {
        ExecRequest request =
                ExecRequest.newBuilder()
                        .setContainerId(container)
                        .addAllCmd(command)
                        .setStdin(options.stdin())
                        .setStdout(options.stdout())
                        .setStderr(options.stderr() && !options.tty())
                        .setTty(options.tty())
                        .build();
        return URI.create(call(() -> cri.exec(request)));
    }

    @Override
    public URI attach(String container, StreamOptions options) {
        AttachRequest request =
                AttachRequest.newBuilder()
                        .setContainerId(container)
                        .setStdin(options.stdin())
                        .setStdout(options.stdout())
                        .setStderr(options.stderr() && !options.tty())
                        .setTty(options.tty())
                        .build();
        return URI.create(call(() -> cri.attach(request)));
    }

    @Override
    public URI portForward(String sandbox) {
        PortForwardRequest request =
                PortForwardRequest.newBuilder().setPodSandboxId(sandbox).build();
        return URI.create(call(() -> cri.portForward(request)));
    }

    @Override
    public Optional<RuntimeLayer> writableLayer(String container) {
        FilesystemUsage layer = call(() -> cri.containerStats(container)).getWritableLayer();
        return layer.hasUsedBytes()
                ? Optional.of(
                        new RuntimeLayer(
                                layer.getUsedBytes().getValue(), layer.getInodesUsed().getValue()))
                : Optional.empty();
    }

    /// CRI does not tell; containerd has had them at one place since 1.0, beside its snapshots.
    @Override
    public Optional<Path> imageVolumes(String container) {
        if (!ID.matcher(container).matches()) {
            return Optional.empty();
        }
        return imageDirectory()
                .map(images ->
                        images.resolveSibling(CRI_PLUGIN)
                                .resolve("containers")
                                .resolve(container)
                                .resolve("volumes"));
    }

    @Override
    public List<StoredImage> images() {
        return call(() -> cri.listImages().stream().map(CriImages::stored).toList());
    }

    @Override
    public Set<String> imagesInUse() {
        return call(() ->
                CriImages.inUse(
                        cri.listImages(),
                        cri.listContainers(ContainerFilter.getDefaultInstance())));
    }

    @Override
    public void removeImage(String id) {
        run(() -> cri.removeImage(id));
    }

    @Override
    public Optional<Path> imageDirectory() {
        return call(() ->
                cri.imageFsInfo().stream()
                        .map(usage -> Path.of(usage.getFsId().getMountpoint()))
                        .findFirst());
    }

    @Override
    public String version() {
        VersionResponse version = call(cri::version);
        return version.getRuntimeName() + "://" + version.getRuntimeVersion();
    }

    private static PodSandboxFilter sandboxes(Map<String, String> labels) {
        return PodSandboxFilter.newBuilder().putAllLabelSelector(labels).build();
    }

    private static ContainerFilter containers(Map<String, String> labels) {
        return ContainerFilter.newBuilder().putAllLabelSelector(labels).build();
    }

    private static String uid(Map<String, String> labels) {
        return labels.getOrDefault(Labels.POD_UID, "");
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, Math.max(0, nanos));
    }

    private static <T> T call(Supplier<T> call) {
        try {
            return call.get();
        } catch (CriException e) {
            throw new RuntimeRefusal(e.description(), e);
        }
    }

    private static void run(Runnable call) {
        call(() -> {
            call.run();
            return true;
        });
    }
}
