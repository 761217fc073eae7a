package dev.glovebox.node;

import dev.glovebox.cri.ContainerConfig;
import dev.glovebox.cri.LinuxContainerResources;
import dev.glovebox.cri.PodSandboxConfig;
import dev.glovebox.node.images.StoredImage;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.probe.Commands;
import dev.glovebox.node.pull.Credential;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/// A runtime that can be looked at and whose logs can be opened anew; it refuses all else.
final class FakeRuntime implements ContainerRuntime {
    final Map<RuntimePod, PodView> views = new LinkedHashMap<>();

    /// Ids of its sandboxes.
    final Set<String> sandboxes = new HashSet<>();

    /// Ids of containers whose logs were opened anew, in their order.
    final List<String> reopened = new ArrayList<>();

    /// What it says of what containers wrote.
    Function<String, Optional<RuntimeLayer>> layers = id -> Optional.empty();

    /// Where volumes of containers' images lie.
    final Map<String, Path> imageVolumes = new HashMap<>();

    /// Handlers under which it says that pods can have users of their own.
    final Set<String> ownUsers = new HashSet<>();

    /// What it says of whether it can keep containers to the groups of their pods.
    Optional<Boolean> strictGroups = Optional.empty();

    /// Which processes stand for its sandboxes.
    final Map<String, Long> processes = new HashMap<>();

    /// The image that it has by a name or id.
    Function<String, Optional<RuntimeImage>> images =
            name -> {
                throw refusal();
            };

    /// What comes of a pull with a credential or without.
    BiFunction<String, Optional<Credential>, String> pulls =
            (name, credential) -> {
                throw refusal();
            };

    /// How often it was looked at.
    int looks;

    /// Whether it refuses everything.
    boolean down;

    @Override
    public List<RuntimePod> pods() {
        refuseIf(down);
        return List.copyOf(views.keySet());
    }

    @Override
    public Set<String> sandboxes() {
        refuseIf(down);
        return Set.copyOf(sandboxes);
    }

    @Override
    public PodView look(String uid) {
        refuseIf(down);
        looks++;
        return views.entrySet().stream()
                .filter(pod -> pod.getKey().uid().equals(uid))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(PodView.NONE);
    }

    @Override
    public boolean runs(String container) {
        throw refusal();
    }

    @Override
    public void reopenLog(String container) {
        refuseIf(down);
        reopened.add(container);
    }

    @Override
    public Optional<RuntimeLayer> writableLayer(String container) {
        return layers.apply(container);
    }

    @Override
    public Optional<Path> imageVolumes(String container) {
        return Optional.ofNullable(imageVolumes.get(container));
    }

    @Override
    public List<StoredImage> images() {
        return List.of();
    }

    @Override
    public Set<String> imagesInUse() {
        return Set.of();
    }

    @Override
    public void removeImage(String id) {
        throw refusal();
    }

    @Override
    public Optional<Path> imageDirectory() {
        return Optional.empty();
    }

    @Override
    public String runSandbox(PodSandboxConfig config, String handler) {
        throw refusal();
    }

    @Override
    public boolean givesOwnUsers(String handler) {
        refuseIf(down);
        return ownUsers.contains(handler);
    }

    @Override
    public Optional<Boolean> givesStrictGroups() {
        refuseIf(down);
        return strictGroups;
    }

    @Override
    public OptionalLong process(String sandbox) {
        refuseIf(down);
        return processes.containsKey(sandbox)
                ? OptionalLong.of(processes.get(sandbox))
                : OptionalLong.empty();
    }

    @Override
    public void stopSandbox(String id) {
        throw refusal();
    }

    @Override
    public void removeSandbox(String id) {
        throw refusal();
    }

    @Override
    public Optional<RuntimeImage> image(String name) {
        return images.apply(name);
    }

    @Override
    public String pull(String image, PodSandboxConfig sandbox, Optional<Credential> credential) {
        return pulls.apply(image, credential);
    }

    @Override
    public String create(String sandboxId, ContainerConfig config, PodSandboxConfig sandbox) {
        throw refusal();
    }

    @Override
    public void start(String container) {
        throw refusal();
    }

    @Override
    public void resize(String container, LinuxContainerResources resources) {
        throw refusal();
    }

    @Override
    public void stop(String container, Duration grace) {
        throw refusal();
    }

    @Override
    public void remove(String container) {
        throw refusal();
    }

    @Override
    public Commands.End run(String container, List<String> command, Duration timeout) {
        throw refusal();
    }

    @Override
    public URI exec(String container, StreamOptions options, List<String> command) {
        throw refusal();
    }

    @Override
    public URI attach(String container, StreamOptions options) {
        throw refusal();
    }

    @Override
    public URI portForward(String sandbox) {
        throw refusal();
    }

    @Override
    public String version() {
        refuseIf(down);
        return "fake://1.0";
    }

    private static void refuseIf(boolean refuses) {
        if (refuses) {
            throw refusal();
        }
    }

    private static RuntimeRefusal refusal() {
        return new RuntimeRefusal("refused by a fake");
    }
}
