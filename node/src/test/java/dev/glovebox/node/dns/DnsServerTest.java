package dev.glovebox.node.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.network.Cidr;
import dev.glovebox.node.services.ClusterServices;
import dev.glovebox.node.services.Written;
import dev.glovebox.testkit.Await;
import io.fabric8.kubernetes.api.model.Service;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DnsServerTest {
    private static final InetAddress LOCALHOST = InetAddress.ofLiteral("127.0.0.1");

    /// Less than after which the server gives up on one that is idle.
    private static final int PATIENCE = 30_000;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private DnsServer server = start(Duration.ofMinutes(1));

    private DnsServer start(Duration life) {
        try {
            server =
                    DnsServer.start(
                            new DnsServer.Settings(
                                    "127.0.0.1",
                                    "cluster.local",
                                    "a/dns",
                                    List.of(new Cidr("10.96.0.0/16")),
                                    List.of()),
                            (_, _) -> List.of(),
                            0,
                            life);
            opened.add(server);
            server.update(
                    known(
                            Written.service(
                                    "web", "'clusterIP': '10.96.0.5', 'ports': [{'port': 80}]")));
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ClusterServices.Known known(Service... services) {
        return new ClusterServices.Known(List.of(services), List.of(), List.of());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(LOCALHOST, server.port());
        opened.add(socket);
        socket.setSoTimeout(PATIENCE);
        return socket;
    }

    private static byte[] question(String name) throws IOException {
        return Message.newQuery(Record.newRecord(Name.fromString(name), Type.A, DClass.IN))
                .toWire();
    }

    private static String address(byte[] answer) throws IOException {
        return new Message(answer).getSection(Section.ANSWER).getFirst().rdataToString();
    }

    private static String ask(Socket socket, String name) throws IOException {
        var out = new DataOutputStream(socket.getOutputStream());
        byte[] question = question(name);
        out.writeShort(question.length);
        out.write(question);
        var in = new DataInputStream(socket.getInputStream());
        return address(in.readNBytes(in.readUnsignedShort()));
    }

    private String askByDatagram(String name) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE);
            socket.connect(new InetSocketAddress(LOCALHOST, server.port()));
            byte[] question = question(name);
            socket.send(new DatagramPacket(question, question.length));
            var packet = new DatagramPacket(new byte[512], 512);
            socket.receive(packet);
            return address(Arrays.copyOf(packet.getData(), packet.getLength()));
        }
    }

    private static boolean isEnded(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void questions_are_answered_by_datagrams_and_several_on_a_connection() throws IOException {
        assertThat(askByDatagram("web.a.svc.cluster.local.")).isEqualTo("10.96.0.5");
        try (var socket = connect()) {
            assertThat(ask(socket, "web.a.svc.cluster.local.")).isEqualTo("10.96.0.5");
            assertThat(ask(socket, "web.a.svc.cluster.local.")).isEqualTo("10.96.0.5");
        }
    }

    @Test
    void its_own_name_has_the_address_of_its_service_as_soon_as_there_is_one() throws IOException {
        assertThat(askByDatagram("ns.dns.cluster.local.")).isEqualTo("127.0.0.1");
        server.update(
                known(Written.service("dns", "'clusterIP': '10.96.7.7', 'ports': [{'port': 53}]")));
        assertThat(askByDatagram("ns.dns.cluster.local.")).isEqualTo("10.96.7.7");
    }

    @Test
    void a_question_that_is_too_long_ends_the_connection_before_it_is_there() throws IOException {
        try (var socket = connect()) {
            new DataOutputStream(socket.getOutputStream())
                    .writeShort(DnsServer.LARGEST_QUESTION + 1);
            assertThat(isEnded(socket)).isTrue();
        }
    }

    @Test
    void one_client_has_few_connections_and_others_when_those_end() throws IOException {
        List<Socket> all = new ArrayList<>();
        for (int i = 0; i < DnsServer.MOST_STREAMS_OF_ONE; i++) {
            all.add(connect());
            assertThat(ask(all.get(i), "web.a.svc.cluster.local.")).isEqualTo("10.96.0.5");
        }
        assertThat(isEnded(connect())).isTrue();
        assertThat(askByDatagram("web.a.svc.cluster.local.")).isEqualTo("10.96.0.5");
        all.getFirst().close();
        Await.until(() -> {
            try (var socket = connect()) {
                return ask(socket, "web.a.svc.cluster.local.").equals("10.96.0.5");
            } catch (IOException stillFull) {
                return false;
            }
        });
    }

    /// Each byte would begin its patience anew.
    @Test
    void a_connection_has_an_end_though_something_always_comes() throws Exception {
        start(Duration.ofMillis(500));
        try (var socket = connect()) {
            socket.setSoTimeout(50);
            var out = socket.getOutputStream();
            out.write(new byte[] {8, 0});
            long begun = System.nanoTime();
            while (!isEnded(socket)) {
                assertThat(Duration.ofNanos(System.nanoTime() - begun))
                        .isLessThan(Duration.ofMillis(PATIENCE));
                try {
                    out.write(0);
                } catch (IOException ended) {
                    break;
                }
            }
        }
    }

    /// As the packet filter knows it, which is asked what it may reach.
    @Test
    void a_client_of_ipv6_is_known_by_the_usual_spelling() {
        assertThat(DnsServer.spelled(InetAddress.ofLiteral("fd00:0:0:0:0:0:0:a")))
                .isEqualTo("fd00::a");
        assertThat(DnsServer.spelled(InetAddress.ofLiteral("10.1.2.3"))).isEqualTo("10.1.2.3");
    }

    @Test
    void what_always_fails_is_not_tried_all_the_time() {
        var tried = new AtomicInteger();
        long begun = System.nanoTime();
        try (var _ =
                Repeated.start(
                        "fails",
                        () -> {
                            tried.incrementAndGet();
                            throw new IOException("no more file descriptors");
                        },
                        Duration.ofMillis(100))) {
            Await.until(() -> tried.get() >= 3);
            // In this order: it goes on meanwhile.
            int times = tried.get();
            long millis = (System.nanoTime() - begun) / 1_000_000;
            assertThat(times).isLessThanOrEqualTo((int) (millis / 100) + 2);
        }
    }
}
