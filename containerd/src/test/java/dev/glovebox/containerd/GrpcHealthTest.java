package dev.glovebox.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GrpcHealthTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /// What the server answers, by service, as the protocol's bytes.
    private static final Map<String, byte[]> ANSWERS =
            Map.of("", new byte[] {8, 1}, "down", new byte[] {8, 2}, "odd", new byte[] {8, 99});

    @Test
    void serving_is_well_and_all_else_is_told() throws IOException {
        Server server = server("grpc.health.v1.Health");
        try {
            assertThat(check(server, "")).isEqualTo(new GrpcHealth.Answer.Serving());
            assertThat(check(server, "down"))
                    .isEqualTo(
                            new GrpcHealth.Answer.NotServing(
                                    "service unhealthy (responded with \"NOT_SERVING\")"));
            assertThat(check(server, "odd"))
                    .isEqualTo(
                            new GrpcHealth.Answer.NotServing(
                                    "service unhealthy (responded with \"UNKNOWN\")"));
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void a_server_without_the_protocol_is_named() throws IOException {
        Server server = server("other.Service");
        try {
            assertThat(message(check(server, "")))
                    .startsWith("error: this server does not implement the grpc health protocol");
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void a_server_that_is_not_there_or_says_nothing_is_given_up_in_time() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(
                            message(
                                    GrpcHealth.check(
                                            "127.0.0.1",
                                            silent.getLocalPort(),
                                            "",
                                            Duration.ofMillis(300))))
                    .startsWith("timeout: ");
        }
    }

    private static String message(GrpcHealth.Answer answer) {
        assertThat(answer).isInstanceOf(GrpcHealth.Answer.NotServing.class);
        return ((GrpcHealth.Answer.NotServing) answer).message();
    }

    private static GrpcHealth.Answer check(Server server, String service) {
        return GrpcHealth.check("127.0.0.1", server.getPort(), service, TIMEOUT);
    }

    private static Server server(String service) throws IOException {
        MethodDescriptor<byte[], byte[]> check =
                MethodDescriptor.<byte[], byte[]>newBuilder()
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName(service + "/Check")
                        .setRequestMarshaller(new Bytes())
                        .setResponseMarshaller(new Bytes())
                        .build();
        return NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(
                        ServerServiceDefinition.builder(service)
                                .addMethod(
                                        check,
                                        ServerCalls.asyncUnaryCall((request, answer) -> {
                                            answer.onNext(ANSWERS.get(asked(request)));
                                            answer.onCompleted();
                                        }))
                                .build())
                .build()
                .start();
    }

    private static String asked(byte[] request) {
        return request.length == 0
                ? ""
                : new String(request, 2, request.length - 2, StandardCharsets.UTF_8);
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
