package dev.glovebox.containerd;

import dev.glovebox.cri.health.HealthCheckRequest;
import dev.glovebox.cri.health.HealthCheckResponse.ServingStatus;
import dev.glovebox.cri.health.HealthGrpc;
import dev.glovebox.model.Authority;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Asks a server by gRPC's health protocol, in the words of the kubelet's probe. It stands here
/// because gRPC does. Source: `grpc.health.v1.Health/Check`.
public final class GrpcHealth {
    /// What the server said.
    public sealed interface Answer {
        /// It serves.
        record Serving() implements Answer {}

        /// It does not, or said nothing.
        record NotServing(String message) implements Answer {}
    }

    /// No answer of this protocol is longer.
    private static final int LARGEST = 4 << 10;

    private GrpcHealth() {}

    /// Asks once, without TLS. Blocks, at most `timeout`.
    ///
    /// @param service empty for the server as a whole
    public static Answer check(String host, int port, String service, Duration timeout) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(new InetSocketAddress(host, port))
                        .usePlaintext()
                        .proxyDetector(address -> null)
                        .userAgent("kube-probe/1.34")
                        .maxInboundMessageSize(LARGEST)
                        .disableRetry()
                        .build();
        try {
            ServingStatus state =
                    HealthGrpc.newBlockingStub(channel)
                            .withWaitForReady()
                            .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                            .check(HealthCheckRequest.newBuilder().setService(service).build())
                            .getStatus();
            return switch (state) {
                case SERVING -> new Answer.Serving();
                case NOT_SERVING, SERVICE_UNKNOWN, UNKNOWN -> unhealthy(state);
                case UNRECOGNIZED -> unhealthy(ServingStatus.UNKNOWN);
            };
        } catch (StatusRuntimeException e) {
            boolean connected = channel.getState(false) == ConnectivityState.READY;
            return new Answer.NotServing(
                    message(e.getStatus(), Authority.of(host, port), timeout, connected));
        } finally {
            channel.shutdownNow();
        }
    }

    private static Answer unhealthy(ServingStatus state) {
        return new Answer.NotServing("service unhealthy (responded with \"" + state + "\")");
    }

    private static String message(
            Status status, String address, Duration timeout, boolean connected) {
        return switch (status.getCode()) {
            case UNIMPLEMENTED ->
                    "error: this server does not implement the grpc health protocol"
                            + " (grpc.health.v1.Health): "
                            + status.getDescription();
            case DEADLINE_EXCEEDED ->
                    connected
                            ? "timeout: health rpc did not complete within "
                                    + timeout.toSeconds()
                                    + "s"
                            : "timeout: failed to connect service \"%s\" within %ds: context deadline exceeded"
                                    .formatted(address, timeout.toSeconds());
            default ->
                    "error: health rpc probe failed: rpc error: code = "
                            + status.getCode()
                            + " desc = "
                            + status.getDescription();
        };
    }
}
