package dev.glovebox.containerd;

import static dev.glovebox.containerd.CriException.Code.FAILED_PRECONDITION;

import dev.glovebox.cri.AttachRequest;
import dev.glovebox.cri.Container;
import dev.glovebox.cri.ContainerConfig;
import dev.glovebox.cri.ContainerFilter;
import dev.glovebox.cri.ContainerStats;
import dev.glovebox.cri.ContainerStatsRequest;
import dev.glovebox.cri.ContainerStatusRequest;
import dev.glovebox.cri.ContainerStatusResponse;
import dev.glovebox.cri.CreateContainerRequest;
import dev.glovebox.cri.ExecRequest;
import dev.glovebox.cri.ExecSyncRequest;
import dev.glovebox.cri.ExecSyncResponse;
import dev.glovebox.cri.FilesystemUsage;
import dev.glovebox.cri.Image;
import dev.glovebox.cri.ImageFsInfoRequest;
import dev.glovebox.cri.ImageServiceGrpc;
import dev.glovebox.cri.ImageServiceGrpc.ImageServiceBlockingStub;
import dev.glovebox.cri.ImageSpec;
import dev.glovebox.cri.ImageStatusRequest;
import dev.glovebox.cri.ImageStatusResponse;
import dev.glovebox.cri.ListContainersRequest;
import dev.glovebox.cri.ListImagesRequest;
import dev.glovebox.cri.ListPodSandboxRequest;
import dev.glovebox.cri.PodSandbox;
import dev.glovebox.cri.PodSandboxConfig;
import dev.glovebox.cri.PodSandboxFilter;
import dev.glovebox.cri.PodSandboxStatusRequest;
import dev.glovebox.cri.PodSandboxStatusResponse;
import dev.glovebox.cri.PortForwardRequest;
import dev.glovebox.cri.PullImageRequest;
import dev.glovebox.cri.RemoveContainerRequest;
import dev.glovebox.cri.RemoveImageRequest;
import dev.glovebox.cri.RemovePodSandboxRequest;
import dev.glovebox.cri.ReopenContainerLogRequest;
import dev.glovebox.cri.RunPodSandboxRequest;
import dev.glovebox.cri.RuntimeServiceGrpc;
import dev.glovebox.cri.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import dev.glovebox.cri.StartContainerRequest;
import dev.glovebox.cri.StatusRequest;
import dev.glovebox.cri.StatusResponse;
import dev.glovebox.cri.StopContainerRequest;
import dev.glovebox.cri.StopPodSandboxRequest;
import dev.glovebox.cri.UpdateContainerResourcesRequest;
import dev.glovebox.cri.VersionRequest;
import dev.glovebox.cri.VersionResponse;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// [Cri] over gRPC.
final class GrpcCri implements Cri {
    /// kubelet's own time limit for calls that do not wait for a container.
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// kubelet gives a sandbox twice that.
    private static final Duration SANDBOX_PATIENCE = Duration.ofMinutes(4);

    private static final String CREATE = "CreateContainer";
    private static final String PULL = "PullImage";

    private final RuntimeServiceBlockingStub runtime;
    private final ImageServiceBlockingStub images;
    private final Checkpoints checkpoints;

    GrpcCri(Channel channel, Checkpoints checkpoints) {
        this.runtime = RuntimeServiceGrpc.newBlockingStub(channel);
        this.images = ImageServiceGrpc.newBlockingStub(channel);
        this.checkpoints = checkpoints;
    }

    @Override
    public VersionResponse version() {
        return runtime("Version", stub -> stub.version(VersionRequest.getDefaultInstance()));
    }

    @Override
    public StatusResponse status() {
        return runtime(
                "Status", stub -> stub.status(StatusRequest.newBuilder().setVerbose(true).build()));
    }

    @Override
    public String runPodSandbox(PodSandboxConfig config, String handler) {
        return runtime(
                        "RunPodSandbox",
                        SANDBOX_PATIENCE,
                        stub ->
                                stub.runPodSandbox(
                                        RunPodSandboxRequest.newBuilder()
                                                .setConfig(config)
                                                .setRuntimeHandler(handler)
                                                .build()))
                .getPodSandboxId();
    }

    @Override
    public void stopPodSandbox(String sandbox) {
        runtime(
                "StopPodSandbox",
                stub ->
                        stub.stopPodSandbox(
                                StopPodSandboxRequest.newBuilder()
                                        .setPodSandboxId(sandbox)
                                        .build()));
    }

    @Override
    public void removePodSandbox(String sandbox) {
        runtime(
                "RemovePodSandbox",
                stub ->
                        stub.removePodSandbox(
                                RemovePodSandboxRequest.newBuilder()
                                        .setPodSandboxId(sandbox)
                                        .build()));
    }

    @Override
    public PodSandboxStatusResponse podSandboxStatus(String sandbox) {
        return status(PodSandboxStatusRequest.newBuilder().setPodSandboxId(sandbox).build());
    }

    @Override
    public PodSandboxStatusResponse podSandboxStatusInFull(String sandbox) {
        return status(
                PodSandboxStatusRequest.newBuilder()
                        .setPodSandboxId(sandbox)
                        .setVerbose(true)
                        .build());
    }

    private PodSandboxStatusResponse status(PodSandboxStatusRequest request) {
        return runtime("PodSandboxStatus", stub -> stub.podSandboxStatus(request));
    }

    @Override
    public List<PodSandbox> listPodSandbox(PodSandboxFilter filter) {
        return runtime(
                        "ListPodSandbox",
                        stub ->
                                stub.listPodSandbox(
                                        ListPodSandboxRequest.newBuilder()
                                                .setFilter(filter)
                                                .build()))
                .getItemsList();
    }

    @Override
    public String createContainer(String sandbox, ContainerConfig config, PodSandboxConfig pod) {
        checkpoints.refuse(CREATE, image(CREATE, config.getImage().getImage()));
        return runtime(
                        CREATE,
                        stub ->
                                stub.createContainer(
                                        CreateContainerRequest.newBuilder()
                                                .setPodSandboxId(sandbox)
                                                .setConfig(config)
                                                .setSandboxConfig(pod)
                                                .build()))
                .getContainerId();
    }

    @Override
    public void startContainer(String container) {
        runtime(
                "StartContainer",
                stub ->
                        stub.startContainer(
                                StartContainerRequest.newBuilder()
                                        .setContainerId(container)
                                        .build()));
    }

    @Override
    public void stopContainer(String container, Duration grace) {
        runtime(
                "StopContainer",
                PATIENCE.plus(grace),
                stub ->
                        stub.stopContainer(
                                StopContainerRequest.newBuilder()
                                        .setContainerId(container)
                                        .setTimeout(grace.toSeconds())
                                        .build()));
    }

    @Override
    public void removeContainer(String container) {
        runtime(
                "RemoveContainer",
                stub ->
                        stub.removeContainer(
                                RemoveContainerRequest.newBuilder()
                                        .setContainerId(container)
                                        .build()));
    }

    @Override
    public List<Container> listContainers(ContainerFilter filter) {
        return runtime(
                        "ListContainers",
                        stub ->
                                stub.listContainers(
                                        ListContainersRequest.newBuilder()
                                                .setFilter(filter)
                                                .build()))
                .getContainersList();
    }

    @Override
    public ContainerStatusResponse containerStatus(String container) {
        return runtime(
                "ContainerStatus",
                stub ->
                        stub.containerStatus(
                                ContainerStatusRequest.newBuilder()
                                        .setContainerId(container)
                                        .setVerbose(true)
                                        .build()));
    }

    @Override
    public void updateContainerResources(UpdateContainerResourcesRequest request) {
        runtime("UpdateContainerResources", stub -> stub.updateContainerResources(request));
    }

    @Override
    public void reopenContainerLog(String container) {
        runtime(
                "ReopenContainerLog",
                stub ->
                        stub.reopenContainerLog(
                                ReopenContainerLogRequest.newBuilder()
                                        .setContainerId(container)
                                        .build()));
    }

    @Override
    public ExecSyncResponse execSync(String container, List<String> command, Duration timeout) {
        return runtime(
                "ExecSync",
                PATIENCE.plus(timeout),
                stub ->
                        stub.execSync(
                                ExecSyncRequest.newBuilder()
                                        .setContainerId(container)
                                        .addAllCmd(command)
                                        .setTimeout(Math.max(1, timeout.toSeconds()))
                                        .build()));
    }

    @Override
    public String exec(ExecRequest request) {
        return runtime("Exec", stub -> stub.exec(request)).getUrl();
    }

    @Override
    public String attach(AttachRequest request) {
        return runtime("Attach", stub -> stub.attach(request)).getUrl();
    }

    @Override
    public String portForward(PortForwardRequest request) {
        return runtime("PortForward", stub -> stub.portForward(request)).getUrl();
    }

    @Override
    public ContainerStats containerStats(String container) {
        return runtime(
                        "ContainerStats",
                        stub ->
                                stub.containerStats(
                                        ContainerStatsRequest.newBuilder()
                                                .setContainerId(container)
                                                .build()))
                .getStats();
    }

    @Override
    public List<Image> listImages() {
        return images(
                        "ListImages",
                        PATIENCE,
                        stub -> stub.listImages(ListImagesRequest.getDefaultInstance()))
                .getImagesList();
    }

    @Override
    public Optional<Image> imageStatus(String image) {
        ImageStatusResponse response =
                images(
                        "ImageStatus",
                        PATIENCE,
                        stub ->
                                stub.imageStatus(
                                        ImageStatusRequest.newBuilder()
                                                .setImage(spec(image))
                                                .build()));
        return response.hasImage() ? Optional.of(response.getImage()) : Optional.empty();
    }

    @Override
    public String pullImage(PullImageRequest request, Duration timeout) {
        String reference = images(PULL, timeout, stub -> stub.pullImage(request)).getImageRef();
        checkpoints.drop(PULL, image(PULL, reference));
        return reference;
    }

    private Image image(String operation, String name) {
        return imageStatus(name)
                .orElseThrow(() ->
                        new CriException(
                                operation, FAILED_PRECONDITION, "image " + name + " is gone"));
    }

    @Override
    public void removeImage(String image) {
        images(
                "RemoveImage",
                PATIENCE,
                stub ->
                        stub.removeImage(
                                RemoveImageRequest.newBuilder().setImage(spec(image)).build()));
    }

    @Override
    public List<FilesystemUsage> imageFsInfo() {
        return images(
                        "ImageFsInfo",
                        PATIENCE,
                        stub -> stub.imageFsInfo(ImageFsInfoRequest.getDefaultInstance()))
                .getImageFilesystemsList();
    }

    private static ImageSpec spec(String image) {
        return ImageSpec.newBuilder().setImage(image).build();
    }

    private <T> T runtime(String operation, Function<RuntimeServiceBlockingStub, T> call) {
        return runtime(operation, PATIENCE, call);
    }

    private <T> T runtime(
            String operation, Duration patience, Function<RuntimeServiceBlockingStub, T> call) {
        return GrpcErrors.call(
                operation,
                () ->
                        call.apply(
                                runtime.withDeadlineAfter(
                                        patience.toMillis(), TimeUnit.MILLISECONDS)));
    }

    private <T> T images(
            String operation, Duration patience, Function<ImageServiceBlockingStub, T> call) {
        return GrpcErrors.call(
                operation,
                () ->
                        call.apply(
                                images.withDeadlineAfter(
                                        patience.toMillis(), TimeUnit.MILLISECONDS)));
    }
}
