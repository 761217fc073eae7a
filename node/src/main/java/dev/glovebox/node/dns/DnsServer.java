package dev.glovebox.node.dns;

import dev.glovebox.network.Cidr;
import dev.glovebox.network.Family;
import dev.glovebox.network.NetworkException;
import dev.glovebox.node.services.ClusterServices;
import dev.glovebox.node.services.ServiceFacts;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;

/// The cluster's name server, on UDP and TCP of one address.
///
/// Each question by UDP and each connection has a virtual thread. One client has at most a few at a
/// time, and so have all together: what is above that is not answered, and asked again by whoever
/// wants to know. Questions that are passed on, and take as long as others like, have bounds of
/// their own, so that the cluster's names are answered whatever becomes of those.
///
/// Concurrency: the zone is immutable and replaced as a whole.
public final class DnsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);

    /// Bytes, by either transport.
    static final int LARGEST_QUESTION = 4096;

    private static final int MOST_QUESTIONS = 1000;
    private static final int MOST_QUESTIONS_OF_ONE = 100;
    private static final int MOST_FORWARDED = 500;
    private static final int MOST_FORWARDED_OF_ONE = 50;
    private static final int MOST_STREAMS = 200;
    static final int MOST_STREAMS_OF_ONE = 10;

    /// Questions on one connection.
    private static final int MOST_ASKED = 100;

    private static final int BACKLOG = 128;
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration RESOLVER = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int PORT = 53;

    /// How long a connection lasts at most, whatever comes over it.
    private static final Duration LIFE = Duration.ofSeconds(30);

    private final Settings settings;
    private final Duration life;
    private final Name domain;
    private final DatagramSocket datagrams;
    private final ServerSocket streams;
    private final Answers answers;
    private final Room questions = new Room(MOST_QUESTIONS, MOST_QUESTIONS_OF_ONE);
    private final Room connections = new Room(MOST_STREAMS, MOST_STREAMS_OF_ONE);
    private final List<Repeated> loops;
    private volatile Zone zone;

    /// What a server is told.
    ///
    /// @param address to listen on
    /// @param domain of the cluster, for example `cluster.local`
    /// @param service by which pods know the server, as `namespace/name`; until there is one the
    ///   server's own name has `address`
    /// @param ours ranges of which nobody else knows names: Services and pods
    /// @param resolvers of the machine
    public record Settings(
            String address,
            String domain,
            String service,
            List<Cidr> ours,
            List<String> resolvers) {
        /// Copies the lists.
        public Settings {
            ours = List.copyOf(ours);
            resolvers = List.copyOf(resolvers);
        }
    }

    private DnsServer(Settings settings, DnsClients clients, int port, Duration life)
            throws IOException {
        this.settings = settings;
        this.life = life;
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
        this.zone = zone(new ClusterServices.Known(List.of(), List.of(), List.of()));
        this.answers =
                new Answers(
                        () -> zone,
                        new Forwarder(PORT, RESOLVER),
                        new Room(MOST_FORWARDED, MOST_FORWARDED_OF_ONE),
                        clients,
                        settings.resolvers());
        this.loops =
                List.of(
                        Repeated.start("dns-udp", this::takeDatagram, PAUSE),
                        Repeated.start("dns-tcp", this::takeStream, PAUSE));
    }

    /// Listens at once: on port 53, or where that is somebody else's on another one.
    ///
    /// @throws NetworkException when it cannot listen
    public static DnsServer start(Settings settings, DnsClients clients) {
        try {
            return open(settings, clients);
        } catch (IOException e) {
            throw new NetworkException("cannot listen for DNS on " + settings.address(), e);
        }
    }

    /// @param port 0 for any that is free
    /// @param life how long a connection lasts at most
    static DnsServer start(Settings settings, DnsClients clients, int port, Duration life)
            throws IOException {
        return new DnsServer(settings, clients, port, life);
    }

    private static DnsServer open(Settings settings, DnsClients clients) throws IOException {
        try {
            return start(settings, clients, PORT, LIFE);
        } catch (java.net.BindException e) {
            LOG.atWarn()
                    .addKeyValue("address", settings.address())
                    .setCause(e)
                    .log("port 53 is taken: policies that name it do not let pods ask for names");
            return start(settings, clients, 0, LIFE);
        }
    }

    /// The port that it listens on.
    public int port() {
        return datagrams.getLocalPort();
    }

    /// What names mean from now on.
    public void update(ClusterServices.Known known) {
        zone = zone(known);
    }

    private Zone zone(ClusterServices.Known known) {
        String server =
                known.services().stream()
                        .filter(each -> ServiceFacts.key(each).equals(settings.service()))
                        .flatMap(each -> ServiceFacts.addresses(each).stream())
                        .findFirst()
                        .orElse(settings.address());
        return ZoneBuilder.of(domain, server, settings.ours(), known);
    }

    private void takeDatagram() throws IOException {
        byte[] buffer = new byte[LARGEST_QUESTION];
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        datagrams.receive(packet);
        byte[] question = Arrays.copyOf(buffer, packet.getLength());
        SocketAddress from = packet.getSocketAddress();
        InetAddress client = packet.getAddress();
        serve(questions, client, () -> datagram(question, client, from));
    }

    private void datagram(byte[] question, InetAddress client, SocketAddress from)
            throws IOException {
        Optional<byte[]> answer =
                answers.answer(question, spelled(client), Answers.Transport.DATAGRAM);
        if (answer.isPresent()) {
            datagrams.send(new DatagramPacket(answer.get(), answer.get().length, from));
        }
    }

    private void takeStream() throws IOException {
        Socket socket = streams.accept();
        if (!serve(connections, socket.getInetAddress(), () -> stream(socket))) {
            socket.close();
        }
    }

    private void stream(Socket socket) throws IOException {
        CountDownLatch ended = new CountDownLatch(1);
        try (socket) {
            Thread.ofVirtual().name("dns-deadline").start(() -> endLate(socket, ended));
            talk(socket);
        } catch (EOFException e) {
            LOG.atTrace().setCause(e).log("a client has asked all that it wanted");
        } finally {
            ended.countDown();
        }
    }

    /// Whoever sends byte after byte, or takes no answers, would never be idle.
    private void endLate(Socket socket, CountDownLatch ended) {
        try (socket) {
            if (!ended.await(life.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.atDebug().addKeyValue("client", socket.getInetAddress()).log("takes too long");
            }
        } catch (InterruptedException | IOException e) {
            LOG.atDebug().setCause(e).log("a connection was not ended in time");
        }
    }

    private void talk(Socket socket) throws IOException {
        socket.setSoTimeout(Math.toIntExact(IDLE.toMillis()));
        String client = spelled(socket.getInetAddress());
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        for (int asked = 0; asked < MOST_ASKED; asked++) {
            int length = in.readUnsignedShort();
            if (length > LARGEST_QUESTION) {
                return;
            }
            byte[] question = new byte[length];
            in.readFully(question);
            Optional<byte[]> answer = answers.answer(question, client, Answers.Transport.STREAM);
            if (answer.isEmpty()) {
                return;
            }
            out.writeShort(answer.get().length);
            out.write(answer.get());
            out.flush();
        }
    }

    /// What may fail with its client.
    @FunctionalInterface
    private interface Serving {
        void run() throws IOException;
    }

    /// As the packet filter knows it; an address of one link alone stays as it is, and is no pod's.
    static String spelled(InetAddress client) {
        String text = client.getHostAddress();
        return Family.spelled(text).orElse(text);
    }

    /// Whether there was room for it.
    private static boolean serve(Room room, InetAddress from, Serving serving) {
        String client = spelled(from);
        if (!room.enter(client)) {
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
                        room.leave(client);
                    }
                });
        return true;
    }

    @Override
    public void close() {
        loops.forEach(Repeated::close);
        datagrams.close();
        try {
            streams.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the socket is closed already");
        }
    }
}
