package dev.glovebox.node;

import dev.glovebox.cri.ContainerConfig;
import dev.glovebox.cri.LinuxContainerResources;
import dev.glovebox.cri.PodSandboxConfig;
import dev.glovebox.node.images.StoredImage;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.probe.Commands;
import dev.glovebox.node.pull.Credential;
import dev.glovebox.node.spec.ImageUser;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// The container runtime as the node agent needs it: CRI, seen from one node's pods. Every method
/// blocks; every one throws [RuntimeRefusal] when the runtime refuses or cannot be reached.
interface ContainerRuntime {
    /// Every pod of this node that has a sandbox.
    List<RuntimePod> pods();

    /// Ids of all sandboxes that the runtime has, whosever they are.
    Set<String> sandboxes();

    /// Everything of one pod.
    PodView look(String uid);

    /// Whether a container runs, as the runtime says; not where it is gone.
    boolean runs(String container);

    /// Makes a sandbox and its network; answers its id.
    String runSandbox(PodSandboxConfig config, String handler);

    /// Whether the runtime says that it can give pods under a handler users of their own; not where
    /// it says nothing of that.
    ///
    /// @param handler empty for the runtime's default
    boolean givesOwnUsers(String handler);

    /// Whether the runtime says that it can keep containers to the groups that their pods name
    /// (`supplementalGroupsPolicy: Strict`); empty where it says nothing of what it can.
    Optional<Boolean> givesStrictGroups();

    /// The process that stands for a running sandbox on the host; empty where the runtime names
    /// none.
    OptionalLong process(String sandbox);

    /// Kills what is left in a sandbox and gives back its network. Without effect on a stopped one.
    void stopSandbox(String id);

    /// Removes a sandbox and its containers. Without effect where it is gone.
    void removeSandbox(String id);

    /// The image of that name, or empty when it is not on the node.
    Optional<RuntimeImage> image(String name);

    /// Fetches an image; answers what [#image] knows it by.
    ///
    /// @param credential for its registry; empty for what everybody may have
    String pull(String image, PodSandboxConfig sandbox, Optional<Credential> credential);

    /// Makes a container; answers its id.
    String create(String sandboxId, ContainerConfig config, PodSandboxConfig sandbox);

    /// Starts a container.
    void start(String container);

    /// Gives a running container other limits.
    void resize(String container, LinuxContainerResources resources);

    /// Ends a container: its stop signal, then SIGKILL after `grace`. Returns when it ended.
    void stop(String container, Duration grace);

    /// Removes a container. Without effect where it is gone.
    void remove(String container);

    /// Makes the runtime open a container's log anew, after its file was renamed.
    void reopenLog(String container);

    /// Runs a command in a container and waits for it, at most about `timeout`. What goes wrong
    /// with it is in the answer.
    Commands.End run(String container, List<String> command, Duration timeout);

    /// Prepares a command in a container; answers where its streams are.
    URI exec(String container, StreamOptions options, List<String> command);

    /// Prepares the attachment to a container's streams; answers where they are.
    URI attach(String container, StreamOptions options);

    /// Prepares connections into a sandbox; answers where they begin.
    URI portForward(String sandbox);

    /// What a container wrote into its own root, as the runtime last looked; empty while it does
    /// not know.
    Optional<RuntimeLayer> writableLayer(String container);

    /// Where lies what a container writes into the volumes that its image declares; empty where the
    /// runtime does not say. Nothing need be there.
    Optional<Path> imageVolumes(String container);

    /// Every image on the node.
    List<StoredImage> images();

    /// Ids of the images that containers have, running or not, whoever made them.
    Set<String> imagesInUse();

    /// Removes an image. Without effect where it is gone.
    void removeImage(String id);

    /// A directory on the disk that images lie on; empty where the runtime names none.
    Optional<Path> imageDirectory();

    /// Name and version, as `status.nodeInfo` shows them, for example `containerd://1.6.20`.
    String version();

    /// A pod that is in the runtime.
    ///
    /// @param running whether anything of it lives
    /// @param fingerprint changes whenever a state in it does
    record RuntimePod(
            String uid, String namespace, String name, boolean running, String fingerprint) {}

    /// An image on the node.
    ///
    /// @param id the runtime's
    /// @param names tags and digests by which it is known
    record RuntimeImage(String id, List<String> names, ImageUser user) {
        /// Copies.
        public RuntimeImage {
            names = List.copyOf(names);
        }
    }

    /// What a container wrote into its own root.
    record RuntimeLayer(long bytes, long inodes) {}
}
