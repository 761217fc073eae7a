package dev.glovebox.node.dns;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.network.Cidr;
import dev.glovebox.network.NetworkException;
import dev.glovebox.node.services.ClusterServices;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;

/// The cluster's name server, on UDP and TCP of one address.
///
/// Each question has a virtual thread. One client has at most a few at a time, and so have all
/// together: what is above that is not answered, and asked again by whoever wants to know.
///
/// Concurrency: the zone is immutable and replaced as a whole; what is under way is counted under
/// `this`.
public final class DnsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
    private static final int LARGEST_QUESTION = 4096;
    private static final int MOST = 1000;
    private static final int MOST_OF_ONE = 100;
    private static final int BACKLOG = 128;
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration RESOLVER = Duration.ofSeconds(2);
    private static final int PORT = 53;

    private final Settings settings;
    private final Name domain;
    private final DatagramSocket datagrams;
    private final ServerSocket streams;
    private final Answers answers;
    private volatile Zone zone;

    @GuardedBy("this")
    private final Map<String, Integer> busy = new HashMap<>();

    @GuardedBy("this")
    private int all;

    /// What a server is told.
    ///
    /// @param address to listen on
    /// @param domain of the cluster, for example `cluster.local`
    /// @param clusterAddress by which pods know the server
    /// @param ours ranges of which nobody else knows names: Services and pods
    /// @param resolvers of the machine
    public record Settings(
            String address,
            String domain,
            String clusterAddress,
            List<Cidr> ours,
            List<String> resolvers) {
        /// Copies the lists.
        public Settings {
            ours = List.copyOf(ours);
            resolvers = List.copyOf(resolvers);
        }
    }

    private DnsServer(Settings settings, DnsClients clients, int port) throws IOException {
        this.settings = settings;
        this.domain = Name.fromString(settings.domain(), Name.root);
        InetAddress address = InetAddress.ofLiteral(settings.address());
        this.streams = new ServerSocket();
        streams.setReuseAddress(true);
        streams.bind(new InetSocketAddress(address, port), BACKLOG);
        try {
            this.datagrams =
                    new DatagramSocket(new InetSocketAddress(address, streams.getLocalPort()));
        } catch (IOException e) {
            streams.close();
            throw e;
        }
        this.zone = empty();
        this.answers =
                new Answers(
                        () -> zone, new Forwarder(PORT, RESOLVER), clients, settings.resolvers());
    }

    /// Listens at once: on port 53, or where that is somebody else's on another one.
    ///
    /// @throws NetworkException when it cannot listen
    public static DnsServer start(Settings settings, DnsClients clients) {
        DnsServer server;
        try {
            server = open(settings, clients);
        } catch (IOException e) {
            throw new NetworkException("cannot listen for DNS on " + settings.address(), e);
        }
        Thread.ofVirtual().name("dns-udp").start(server::datagrams);
        Thread.ofVirtual().name("dns-tcp").start(server::streams);
        return server;
    }

    private static DnsServer open(Settings settings, DnsClients clients) throws IOException {
        try {
            return new DnsServer(settings, clients, PORT);
        } catch (java.net.BindException e) {
            LOG.atWarn()
                    .addKeyValue("address", settings.address())
                    .setCause(e)
                    .log("port 53 is taken: policies that name it do not let pods ask for names");
            return new DnsServer(settings, clients, 0);
        }
    }

    /// The port that it listens on.
    public int port() {
        return datagrams.getLocalPort();
    }

    /// What names mean from now on.
    public void update(ClusterServices.Known known) {
        zone = ZoneBuilder.of(domain, settings.clusterAddress(), settings.ours(), known);
    }

    private Zone empty() {
        return ZoneBuilder.of(
                domain,
                settings.clusterAddress(),
                settings.ours(),
                new ClusterServices.Known(List.of(), List.of(), List.of()));
    }

    private void datagrams() {
        byte[] buffer = new byte[LARGEST_QUESTION];
        while (!datagrams.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                datagrams.receive(packet);
                byte[] question = Arrays.copyOf(buffer, packet.getLength());
                SocketAddress from = packet.getSocketAddress();
                serve(packet.getAddress(), () -> datagram(question, packet.getAddress(), from));
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("no question could be received");
            }
        }
    }

    private void datagram(byte[] question, InetAddress client, SocketAddress from)
            throws IOException {
        Optional<byte[]> answer =
                answers.answer(question, client.getHostAddress(), Answers.Transport.DATAGRAM);
        if (answer.isPresent()) {
            datagrams.send(new DatagramPacket(answer.get(), answer.get().length, from));
        }
    }

    private void streams() {
        while (!streams.isClosed()) {
            try {
                Socket socket = streams.accept();
                if (!serve(socket.getInetAddress(), () -> stream(socket))) {
                    socket.close();
                }
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("no connection could be taken");
            }
        }
    }

    private void stream(Socket socket) throws IOException {
        try (socket) {
            socket.setSoTimeout(Math.toIntExact(IDLE.toMillis()));
            String client = socket.getInetAddress().getHostAddress();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            for (int asked = 0; asked < MOST_OF_ONE; asked++) {
                byte[] question = new byte[in.readUnsignedShort()];
                in.readFully(question);
                Optional<byte[]> answer =
                        answers.answer(question, client, Answers.Transport.STREAM);
                if (answer.isEmpty()) {
                    return;
                }
                out.writeShort(answer.get().length);
                out.write(answer.get());
                out.flush();
            }
        } catch (EOFException ended) {
            LOG.atTrace().setCause(ended).log("a client has asked all that it wanted");
        }
    }

    /// What may fail with its client.
    @FunctionalInterface
    private interface Serving {
        void run() throws IOException;
    }

    /// Whether there was room for it.
    private boolean serve(InetAddress from, Serving serving) {
        String client = from.getHostAddress();
        if (!enter(client)) {
            return false;
        }
        Thread.ofVirtual()
                .name("dns")
                .start(() -> {
                    try {
                        serving.run();
                    } catch (IOException e) {
                        LOG.atDebug().addKeyValue("client", client).setCause(e).log("gone");
                    } finally {
                        leave(client);
                    }
                });
        return true;
    }

    private synchronized boolean enter(String client) {
        int now = busy.getOrDefault(client, 0);
        if (all >= MOST || now >= MOST_OF_ONE) {
            return false;
        }
        all++;
        busy.put(client, now + 1);
        return true;
    }

    private synchronized void leave(String client) {
        all--;
        busy.computeIfPresent(client, (_, now) -> now == 1 ? null : now - 1);
    }

    @Override
    public void close() {
        datagrams.close();
        try {
            streams.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the socket is closed already");
        }
    }
}
