package dev.glovebox.node.dns;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Answers one question after the other: the cluster's names by itself, others by the machine's
/// resolvers for those who may ask them. Any thread.
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    /// Sizes of answers by UDP: to those who do not say what they take, and to all others at most.
    private static final int SMALLEST = 512;

    private static final int LARGEST = 1232;
    private static final int LARGEST_STREAM = 65535;
    private static final int HEADER = 12;
    private static final int[] ADDRESSES = {Type.A, Type.AAAA};

    private final Supplier<Zone> zone;
    private final Forwarder forwarder;
    private final Room forwarded;
    private final DnsClients clients;
    private final List<String> resolvers;

    /// @param forwarded for questions that a resolver is asked
    Answers(
            Supplier<Zone> zone,
            Forwarder forwarder,
            Room forwarded,
            DnsClients clients,
            List<String> resolvers) {
        this.zone = zone;
        this.forwarder = forwarder;
        this.forwarded = forwarded;
        this.clients = clients;
        this.resolvers = List.copyOf(resolvers);
    }

    /// How a question came.
    enum Transport {
        DATAGRAM,
        STREAM
    }

    /// The answer; empty for what deserves none.
    ///
    /// @param client its address
    Optional<byte[]> answer(byte[] bytes, String client, Transport transport) {
        Message query;
        try {
            query = new Message(bytes);
        } catch (IOException | RuntimeException e) {
            LOG.atDebug().setCause(e).log("what came is no question");
            return malformed(bytes);
        }
        if (query.getHeader().getFlag(Flags.QR)) {
            return Optional.empty();
        }
        Message answer = begun(query);
        try {
            fill(query, answer, client);
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("a question of DNS could not be answered");
            answer.getHeader().setRcode(Rcode.SERVFAIL);
        }
        return Optional.of(answer.toWire(size(query, transport)));
    }

    private static Optional<byte[]> malformed(byte[] bytes) {
        if (bytes.length < HEADER || (bytes[2] & 0x80) != 0) {
            return Optional.empty();
        }
        Header header = new Header(((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff));
        header.setFlag(Flags.QR);
        header.setRcode(Rcode.FORMERR);
        Message answer = new Message();
        answer.setHeader(header);
        return Optional.of(answer.toWire());
    }

    private static Message begun(Message query) {
        Header header = new Header(query.getHeader().getID());
        header.setFlag(Flags.QR);
        header.setFlag(Flags.RA);
        header.setOpcode(query.getHeader().getOpcode());
        if (query.getHeader().getFlag(Flags.RD)) {
            header.setFlag(Flags.RD);
        }
        Message answer = new Message();
        answer.setHeader(header);
        if (query.getQuestion() != null) {
            answer.addRecord(query.getQuestion(), Section.QUESTION);
        }
        if (query.getOPT() != null) {
            answer.addRecord(new OPTRecord(LARGEST, 0, 0), Section.ADDITIONAL);
        }
        return answer;
    }

    private static int size(Message query, Transport transport) {
        if (transport == Transport.STREAM) {
            return LARGEST_STREAM;
        }
        OPTRecord said = query.getOPT();
        return said == null ? SMALLEST : Math.clamp(said.getPayloadSize(), SMALLEST, LARGEST);
    }

    private void fill(Message query, Message answer, String client) {
        Header header = answer.getHeader();
        Record question = query.getQuestion();
        if (query.getHeader().getOpcode() != Opcode.QUERY) {
            header.setRcode(Rcode.NOTIMP);
        } else if (question == null || query.getSection(Section.QUESTION).size() != 1) {
            header.setRcode(Rcode.FORMERR);
        } else if (query.getOPT() != null && query.getOPT().getVersion() != 0) {
            answer.removeAllRecords(Section.ADDITIONAL);
            answer.addRecord(new OPTRecord(LARGEST, 1, 0), Section.ADDITIONAL);
        } else if (question.getDClass() != DClass.IN || !Type.isRR(question.getType())) {
            // Other classes, transfers and questions for everything are nobody's business.
            header.setRcode(Rcode.REFUSED);
        } else {
            look(question, answer, client);
        }
    }

    private void look(Record question, Message answer, String client) {
        Zone now = zone.get();
        switch (now.look(question.getName(), question.getType())) {
            case Zone.Answer.Found(List<Record> records) -> {
                answer.getHeader().setFlag(Flags.AA);
                List<Record> shuffled = new ArrayList<>(records);
                Collections.shuffle(shuffled);
                shuffled.forEach(each -> answer.addRecord(each, Section.ANSWER));
                if (records.isEmpty()) {
                    answer.addRecord(now.authority(), Section.AUTHORITY);
                } else if (records.getFirst() instanceof CNAMERecord alias
                        && question.getType() != Type.CNAME) {
                    follow(alias.getTarget(), question.getType(), answer, client);
                } else {
                    addTargets(now, records, answer);
                }
            }
            case Zone.Answer.Unknown() -> {
                answer.getHeader().setFlag(Flags.AA);
                answer.getHeader().setRcode(Rcode.NXDOMAIN);
                answer.addRecord(now.authority(), Section.AUTHORITY);
            }
            case Zone.Answer.Elsewhere() -> forward(question, answer, client);
        }
    }

    /// Where an alias leads, once: to another name of the cluster or outside.
    private void follow(Name target, int type, Message answer, String client) {
        Record question = Record.newRecord(target, type, DClass.IN);
        switch (zone.get().look(target, type)) {
            case Zone.Answer.Found(List<Record> records) ->
                    records.forEach(each -> answer.addRecord(each, Section.ANSWER));
            case Zone.Answer.Unknown() -> answer.getHeader().setRcode(Rcode.NXDOMAIN);
            case Zone.Answer.Elsewhere() -> forward(question, answer, client);
        }
    }

    private static void addTargets(Zone now, List<Record> records, Message answer) {
        for (Record record : records) {
            Name target = record.getAdditionalName();
            for (int type : target == null ? new int[0] : ADDRESSES) {
                if (now.look(target, type) instanceof Zone.Answer.Found(List<Record> found)) {
                    found.forEach(each -> answer.addRecord(each, Section.ADDITIONAL));
                }
            }
        }
    }

    private void forward(Record question, Message answer, String client) {
        List<String> allowed = clients.resolvers(client, resolvers);
        if (allowed.isEmpty()) {
            answer.getHeader().setRcode(Rcode.REFUSED);
            return;
        }
        Optional<Message> told = ask(question, allowed, client);
        if (told.isEmpty()) {
            answer.getHeader().setRcode(Rcode.SERVFAIL);
            return;
        }
        answer.getHeader().unsetFlag(Flags.AA);
        answer.getHeader().setRcode(told.get().getHeader().getRcode());
        for (int section : List.of(Section.ANSWER, Section.AUTHORITY, Section.ADDITIONAL)) {
            told.get().getSection(section).stream()
                    .filter(each -> each.getType() != Type.OPT)
                    .forEach(each -> answer.addRecord(each, section));
        }
    }

    private Optional<Message> ask(Record question, List<String> allowed, String client) {
        if (!forwarded.enter(client)) {
            return Optional.empty();
        }
        try {
            return forwarder.ask(question, allowed);
        } finally {
            forwarded.leave(client);
        }
    }
}
