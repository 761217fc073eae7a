package dev.glovebox.containerd;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.glovebox.model.Authority;
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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

    private static final String SERVING = "SERVING";

    /// No answer of this protocol is longer.
    private static final int LARGEST = 4 << 10;

    private static final MethodDescriptor<String, String> CHECK =
            MethodDescriptor.<String, String>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("grpc.health.v1.Health/Check")
                    .setRequestMarshaller(new RequestMarshaller())
                    .setResponseMarshaller(new ResponseMarshaller())
                    .build();

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
            String state =
                    ClientCalls.blockingUnaryCall(
                            channel,
                            CHECK,
                            CallOptions.DEFAULT
                                    .withWaitForReady()
                                    .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS),
                            service);
            return state.equals(SERVING)
                    ? new Answer.Serving()
                    : new Answer.NotServing("service unhealthy (responded with \"" + state + "\")");
        } catch (StatusRuntimeException e) {
            boolean connected = channel.getState(false) == ConnectivityState.READY;
            return new Answer.NotServing(
                    message(e.getStatus(), Authority.of(host, port), timeout, connected));
        } finally {
            channel.shutdownNow();
        }
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

    /// `HealthCheckRequest`: the service, field 1.
    private static final class RequestMarshaller implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String service) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            try {
                if (!service.isEmpty()) {
                    out.writeString(1, service);
                }
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new ByteArrayInputStream(bytes.toByteArray());
        }

        @Override
        public String parse(InputStream stream) {
            throw new UnsupportedOperationException("a client reads no requests");
        }
    }

    /// `HealthCheckResponse`: the state, field 1.
    private static final class ResponseMarshaller implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String state) {
            throw new UnsupportedOperationException("a client writes no responses");
        }

        @Override
        public String parse(InputStream stream) {
            try {
                CodedInputStream in = CodedInputStream.newInstance(stream);
                int state = 0;
                for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                    if (WireFormat.getTagFieldNumber(tag) == 1
                            && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
                        state = in.readEnum();
                    } else {
                        in.skipField(tag);
                    }
                }
                return name(state);
            } catch (IOException e) {
                throw Status.INTERNAL.withDescription("not a health answer").asRuntimeException();
            }
        }

        /// The protocol's word for a state's number.
        private static String name(int state) {
            return switch (state) {
                case 1 -> SERVING;
                case 2 -> "NOT_SERVING";
                case 3 -> "SERVICE_UNKNOWN";
                default -> "UNKNOWN";
            };
        }
    }
}
