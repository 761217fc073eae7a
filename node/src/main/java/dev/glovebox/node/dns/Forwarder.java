package dev.glovebox.node.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/// Asks the machine's resolvers. Each question has a socket and so a port of its own, and a random
/// id; only an answer to this very question is taken.
final class Forwarder {
    private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);
    private static final int LARGEST_DATAGRAM = 4096;

    /// What fits into one packet nearly everywhere. Source: DNS Flag Day 2020.
    private static final int ASKED_SIZE = 1232;

    private final SecureRandom random = new SecureRandom();
    private final int port;
    private final Duration patience;

    /// @param port of all resolvers
    /// @param patience with one resolver
    Forwarder(int port, Duration patience) {
        this.port = port;
        this.patience = patience;
    }

    /// What the first resolver that answers says; empty where none does.
    Optional<Message> ask(Record question, List<String> resolvers) {
        for (String resolver : resolvers) {
            try {
                Message answer =
                        ask(question, new InetSocketAddress(InetAddress.ofLiteral(resolver), port));
                return Optional.of(answer);
            } catch (IOException | IllegalArgumentException e) {
                LOG.atDebug().addKeyValue("resolver", resolver).setCause(e).log("no answer");
            }
        }
        return Optional.empty();
    }

    private Message ask(Record question, InetSocketAddress resolver) throws IOException {
        Message query = query(question);
        Message answer = byDatagram(query, resolver);
        return answer.getHeader().getFlag(Flags.TC) ? byStream(query, resolver) : answer;
    }

    private Message query(Record question) {
        Header header = new Header(random.nextInt(1 << 16));
        header.setFlag(Flags.RD);
        Message query = new Message();
        query.setHeader(header);
        query.addRecord(question, Section.QUESTION);
        query.addRecord(new OPTRecord(ASKED_SIZE, 0, 0), Section.ADDITIONAL);
        return query;
    }

    private Message byDatagram(Message query, InetSocketAddress resolver) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        byte[] bytes = query.toWire();
        try (DatagramSocket socket = new DatagramSocket()) {
            // From then on the kernel drops what comes from anywhere else.
            socket.connect(resolver);
            socket.send(new DatagramPacket(bytes, bytes.length));
            byte[] buffer = new byte[LARGEST_DATAGRAM];
            while (true) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new IOException("no answer within " + patience);
                }
                socket.setSoTimeout((int) left);
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                Optional<Message> answer = answer(query, Arrays.copyOf(buffer, packet.getLength()));
                if (answer.isPresent()) {
                    return answer.get();
                }
            }
        }
    }

    private Message byStream(Message query, InetSocketAddress resolver) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(resolver, Math.toIntExact(patience.toMillis()));
            socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
            byte[] bytes = query.toWire();
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeShort(bytes.length);
            out.write(bytes);
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[in.readUnsignedShort()];
            in.readFully(answer);
            return answer(query, answer)
                    .orElseThrow(() -> new IOException("an answer to another question"));
        }
    }

    private static Optional<Message> answer(Message query, byte[] bytes) {
        try {
            Message answer = new Message(bytes);
            boolean ours =
                    answer.getHeader().getID() == query.getHeader().getID()
                            && answer.getHeader().getFlag(Flags.QR)
                            && query.getQuestion().equals(answer.getQuestion());
            return ours ? Optional.of(answer) : Optional.empty();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("what came is no answer");
            return Optional.empty();
        }
    }
}
