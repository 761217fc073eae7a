package dev.glovebox.containerd;

import com.google.protobuf.ByteString;
import dev.glovebox.containerd.CriException.Code;
import dev.glovebox.cri.content.ContentGrpc;
import dev.glovebox.cri.content.InfoRequest;
import dev.glovebox.cri.content.ListStatusesRequest;
import dev.glovebox.cri.content.ReadContentRequest;
import dev.glovebox.cri.content.WriteAction;
import dev.glovebox.cri.content.WriteContentRequest;
import dev.glovebox.cri.content.WriteContentResponse;
import dev.glovebox.cri.images.CreateImageRequest;
import dev.glovebox.cri.images.DeleteImageRequest;
import dev.glovebox.cri.images.Image;
import dev.glovebox.cri.images.ImagesGrpc;
import dev.glovebox.cri.images.ListImagesRequest;
import dev.glovebox.cri.images.UpdateImageRequest;
import dev.glovebox.cri.leases.CreateRequest;
import dev.glovebox.cri.leases.DeleteRequest;
import dev.glovebox.cri.leases.LeasesGrpc;
import dev.glovebox.cri.types.Descriptor;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// [ContentStore] over containerd's own services.
final class GrpcContentStore implements ContentStore {
    private static final Metadata.Key<String> NAMESPACE =
            Metadata.Key.of("containerd-namespace", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> LEASE =
            Metadata.Key.of("containerd-lease", Metadata.ASCII_STRING_MARSHALLER);
    private static final int CHUNK = 1 << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Channel channel;
    private final Metadata headers;

    GrpcContentStore(Channel channel) {
        this(channel, new Metadata());
        headers.put(NAMESPACE, "k8s.io");
    }

    private GrpcContentStore(Channel channel, Metadata headers) {
        this.channel = channel;
        this.headers = headers;
    }

    @Override
    public boolean has(String digest) {
        try {
            GrpcErrors.call(
                    "Info",
                    () -> content().info(InfoRequest.newBuilder().setDigest(digest).build()));
            return true;
        } catch (CriException e) {
            if (e.code() == Code.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public byte[] read(Blob blob) {
        ReadContentRequest request =
                ReadContentRequest.newBuilder()
                        .setDigest(blob.digest())
                        .setSize(blob.size())
                        .build();
        return GrpcErrors.call(
                "Read " + blob.digest(),
                () -> {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    content()
                            .read(request)
                            .forEachRemaining(
                                    part -> bytes.writeBytes(part.getData().toByteArray()));
                    return bytes.toByteArray();
                });
    }

    @Override
    public void write(Blob blob, Map<String, String> labels, InputStream source)
            throws IOException {
        String ref = "glovebox-" + blob.digest();
        BlockingClientCall<WriteContentRequest, WriteContentResponse> call =
                ContentGrpc.newBlockingV2Stub(channel)
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                        .withDeadlineAfter(30, TimeUnit.MINUTES)
                        .write();
        try {
            long offset =
                    exchange(
                                    call,
                                    WriteContentRequest.newBuilder()
                                            .setAction(WriteAction.STAT)
                                            .setRef(ref)
                                            .setTotal(blob.size())
                                            .setExpected(blob.digest())
                                            .build())
                            .getOffset();
            send(call, blob, labels, ref, source, offset);
        } catch (StatusException e) {
            CriException failure = GrpcErrors.translate("Write " + blob.digest(), e);
            if (failure.code() != Code.ALREADY_EXISTS) {
                throw failure;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriException("Write " + blob.digest(), Code.CANCELLED, "interrupted", e);
        } finally {
            call.cancel("done", null);
        }
    }

    private static void send(
            BlockingClientCall<WriteContentRequest, WriteContentResponse> call,
            Blob blob,
            Map<String, String> labels,
            String ref,
            InputStream source,
            long from)
            throws IOException, StatusException, InterruptedException {
        source.skipNBytes(from);
        long offset = from;
        for (byte[] chunk = source.readNBytes(CHUNK);
                chunk.length > 0;
                chunk = source.readNBytes(CHUNK)) {
            exchange(
                    call,
                    WriteContentRequest.newBuilder()
                            .setAction(WriteAction.WRITE)
                            .setRef(ref)
                            .setOffset(offset)
                            .setData(ByteString.copyFrom(chunk))
                            .build());
            offset += chunk.length;
        }
        exchange(
                call,
                WriteContentRequest.newBuilder()
                        .setAction(WriteAction.COMMIT)
                        .setRef(ref)
                        .setOffset(offset)
                        .setTotal(blob.size())
                        .setExpected(blob.digest())
                        .putAllLabels(labels)
                        .build());
    }

    private static WriteContentResponse exchange(
            BlockingClientCall<WriteContentRequest, WriteContentResponse> call,
            WriteContentRequest request)
            throws StatusException, InterruptedException {
        call.write(request);
        WriteContentResponse response = call.read();
        if (response == null) {
            throw io.grpc.Status.ABORTED
                    .withDescription("containerd ended the write")
                    .asException();
        }
        return response;
    }

    @Override
    public List<Arriving> arriving() {
        return GrpcErrors.call(
                        "ListStatuses",
                        () -> content().listStatuses(ListStatusesRequest.getDefaultInstance()))
                .getStatusesList()
                .stream()
                .map(each -> new Arriving(each.getRef(), each.getOffset(), each.getTotal()))
                .toList();
    }

    @Override
    public void putImage(String name, Blob target, Map<String, String> labels) {
        Image image =
                Image.newBuilder()
                        .setName(name)
                        .putAllLabels(labels)
                        .setTarget(
                                Descriptor.newBuilder()
                                        .setMediaType(target.mediaType())
                                        .setDigest(target.digest())
                                        .setSize(target.size()))
                        .build();
        try {
            GrpcErrors.call(
                    "CreateImage",
                    () ->
                            imagesStub()
                                    .create(
                                            CreateImageRequest.newBuilder()
                                                    .setImage(image)
                                                    .build()));
        } catch (CriException e) {
            if (e.code() != Code.ALREADY_EXISTS) {
                throw e;
            }
            GrpcErrors.call(
                    "UpdateImage",
                    () ->
                            imagesStub()
                                    .update(
                                            UpdateImageRequest.newBuilder()
                                                    .setImage(image)
                                                    .build()));
        }
    }

    @Override
    public List<Named> images() {
        return images(ListImagesRequest.getDefaultInstance());
    }

    @Override
    public List<Named> images(Collection<String> names) {
        ListImagesRequest.Builder request = ListImagesRequest.newBuilder();
        names.forEach(name -> request.addFilters("name==" + quoted(name)));
        return names.isEmpty() ? List.of() : images(request.build());
    }

    /// A value of containerd's filters, in which a name has nothing to say.
    private static String quoted(String name) {
        return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private List<Named> images(ListImagesRequest request) {
        return GrpcErrors.call("ListImages", () -> imagesStub().list(request))
                .getImagesList()
                .stream()
                .map(GrpcContentStore::named)
                .toList();
    }

    @Override
    public void removeImage(String name) {
        GrpcErrors.call(
                "DeleteImage",
                () ->
                        imagesStub()
                                .delete(
                                        DeleteImageRequest.newBuilder()
                                                .setName(name)
                                                .setSync(true)
                                                .build()));
    }

    @Override
    public Lease lease() {
        String id = "glovebox-import-" + UUID.randomUUID();
        LeasesGrpc.LeasesBlockingStub leases =
                LeasesGrpc.newBlockingStub(channel)
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
        GrpcErrors.call(
                "CreateLease",
                () ->
                        leases.withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                                .create(
                                        CreateRequest.newBuilder()
                                                .setId(id)
                                                .putLabels(
                                                        "containerd.io/gc.expire",
                                                        "2100-01-01T00:00:00Z")
                                                .build()));
        Metadata leased = new Metadata();
        leased.merge(headers);
        leased.put(LEASE, id);
        GrpcContentStore store = new GrpcContentStore(channel, leased);
        return new Lease() {
            @Override
            public ContentStore store() {
                return store;
            }

            @Override
            public void close() {
                GrpcErrors.call(
                        "DeleteLease",
                        () ->
                                leases.withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                                        .delete(DeleteRequest.newBuilder().setId(id).build()));
            }
        };
    }

    private static Named named(Image image) {
        Descriptor target = image.getTarget();
        return new Named(
                image.getName(),
                new Blob(target.getMediaType(), target.getDigest(), target.getSize()),
                image.getLabelsMap());
    }

    private ContentGrpc.ContentBlockingStub content() {
        return ContentGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private ImagesGrpc.ImagesBlockingStub imagesStub() {
        return ImagesGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
