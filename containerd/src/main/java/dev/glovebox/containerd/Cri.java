package dev.glovebox.containerd;

import dev.glovebox.cri.AttachRequest;
import dev.glovebox.cri.Container;
import dev.glovebox.cri.ContainerConfig;
import dev.glovebox.cri.ContainerFilter;
import dev.glovebox.cri.ContainerStats;
import dev.glovebox.cri.ContainerStatusResponse;
import dev.glovebox.cri.ExecRequest;
import dev.glovebox.cri.ExecSyncResponse;
import dev.glovebox.cri.FilesystemUsage;
import dev.glovebox.cri.Image;
import dev.glovebox.cri.PodSandbox;
import dev.glovebox.cri.PodSandboxConfig;
import dev.glovebox.cri.PodSandboxFilter;
import dev.glovebox.cri.PodSandboxStatusResponse;
import dev.glovebox.cri.PortForwardRequest;
import dev.glovebox.cri.PullImageRequest;
import dev.glovebox.cri.StatusResponse;
import dev.glovebox.cri.UpdateContainerResourcesRequest;
import dev.glovebox.cri.VersionResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// CRI v1's two services, each call by its own name. All methods block, are safe for use by any
/// thread, are bounded in time, and throw [CriException].
public interface Cri {
    /// Name and version of the runtime.
    VersionResponse version();

    /// Conditions (`RuntimeReady`, `NetworkReady`), with the verbose information.
    StatusResponse status();

    /// Makes and starts a sandbox. Answers with its id.
    ///
    /// @param handler the runtime handler; empty for the default
    String runPodSandbox(PodSandboxConfig config, String handler);

    /// Ends all processes of a sandbox and its network. Idempotent.
    void stopPodSandbox(String sandbox);

    /// Removes a sandbox and its containers. Idempotent.
    void removePodSandbox(String sandbox);

    /// Status of a sandbox.
    PodSandboxStatusResponse podSandboxStatus(String sandbox);

    /// The same with the verbose information, for which the runtime asks the sandbox's shim and
    /// reads all that it was made of.
    PodSandboxStatusResponse podSandboxStatusInFull(String sandbox);

    /// The sandboxes that the filter lets through.
    List<PodSandbox> listPodSandbox(PodSandboxFilter filter);

    /// Makes a container in a sandbox. Answers with its id. An image that is a checkpoint of a
    /// container is refused: containerd would restore it in place of what was asked for.
    ///
    /// @param pod the configuration that the sandbox was made with
    String createContainer(String sandbox, ContainerConfig config, PodSandboxConfig pod);

    /// Starts a container that was made.
    void startContainer(String container);

    /// Signals a container to stop, and kills it after the grace. Idempotent.
    void stopContainer(String container, Duration grace);

    /// Removes a container, killing it if it runs. Idempotent.
    void removeContainer(String container);

    /// The containers that the filter lets through.
    List<Container> listContainers(ContainerFilter filter);

    /// Status of a container, with the verbose information.
    ContainerStatusResponse containerStatus(String container);

    /// Changes limits of a container.
    void updateContainerResources(UpdateContainerResourcesRequest request);

    /// Has the runtime open a container's log file anew, after it was renamed.
    void reopenContainerLog(String container);

    /// Runs a command in a container and waits for it, at most `timeout`.
    ExecSyncResponse execSync(String container, List<String> command, Duration timeout);

    /// Prepares an exec. Answers with the URL of the streaming server.
    String exec(ExecRequest request);

    /// Prepares an attach. Answers with the URL of the streaming server.
    String attach(AttachRequest request);

    /// Prepares a port-forward. Answers with the URL of the streaming server.
    String portForward(PortForwardRequest request);

    /// What a container uses now.
    ContainerStats containerStats(String container);

    /// All images.
    List<Image> listImages();

    /// An image by name, digest or id; empty when it is not there.
    Optional<Image> imageStatus(String image);

    /// Pulls an image, waiting at most `timeout`. Answers with a reference by digest. A checkpoint
    /// of a container is refused, and not kept by its name.
    String pullImage(PullImageRequest request, Duration timeout);

    /// Removes an image and all its names. Idempotent.
    void removeImage(String image);

    /// Where images lie and what they take.
    List<FilesystemUsage> imageFsInfo();
}
