package dev.glovebox.node.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.network.Cidr;
import dev.glovebox.node.services.ClusterServices;
import dev.glovebox.node.services.Written;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

@Timeout(20)
class AnswersTest {
    private static final String CLIENT = "10.1.0.77";
    private final Zone zone;

    AnswersTest() throws IOException {
        String[] many =
                IntStream.rangeClosed(1, 100)
                        .mapToObj(i -> "{'addresses': ['10.1.1." + i + "']}")
                        .toArray(String[]::new);
        zone =
                ZoneBuilder.of(
                        Name.fromString("cluster.local."),
                        "10.96.0.10",
                        List.of(new Cidr("10.96.0.0/16"), new Cidr("10.1.0.0/16")),
                        new ClusterServices.Known(
                                List.of(
                                        Written.service(
                                                "web",
                                                "'clusterIP': '10.96.0.5', 'ports': [{'name':"
                                                        + " 'http', 'port': 80}]"),
                                        Written.service("head", "'clusterIP': 'None', 'ports': []"),
                                        Written.service("many", "'clusterIP': 'None'"),
                                        Written.service(
                                                "inside",
                                                "'type': 'ExternalName', 'externalName':"
                                                        + " 'web.a.svc.cluster.local'"),
                                        Written.service(
                                                "out",
                                                "'type': 'ExternalName', 'externalName':"
                                                        + " 'example.com'")),
                                List.of(
                                        Written.slice(
                                                "head",
                                                "[{'name': 'db', 'port': 5432}]",
                                                "{'addresses': ['10.1.0.1'], 'hostname': 'db-0'}",
                                                "{'addresses': ['10.1.0.2']}",
                                                "{'addresses': ['10.1.0.3'], 'conditions':"
                                                        + " {'ready': false}}"),
                                        Written.slice("many", "[]", many)),
                                List.of(
                                        Written.pod("n", "10.1.0.1"),
                                        Written.pod("n", "10.1.0.9"),
                                        ended(Written.pod("n", "10.1.0.8")))));
    }

    private static Pod ended(Pod pod) {
        pod.getStatus().setPhase("Failed");
        return pod;
    }

    private Answers answers(Forwarder forwarder, String... allowed) {
        return answers(forwarder, new Room(10, 10), allowed);
    }

    private Answers answers(Forwarder forwarder, Room room, String... allowed) {
        return new Answers(
                () -> zone, forwarder, room, (_, _) -> List.of(allowed), List.of("127.0.0.1"));
    }

    private Message ask(String name, int type) throws IOException {
        return ask(answers(new Forwarder(1, Duration.ofMillis(200))), name, type);
    }

    private static Message ask(Answers answers, String name, int type) throws IOException {
        Message query = Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN));
        return new Message(
                answers.answer(query.toWire(), CLIENT, Answers.Transport.DATAGRAM).orElseThrow());
    }

    private static List<String> data(Message message) {
        return message.getSection(Section.ANSWER).stream().map(Record::rdataToString).toList();
    }

    @Test
    void services_have_their_address_their_ports_and_their_name_again() throws IOException {
        var web = ask("WEB.a.svc.cluster.local.", Type.A);
        assertThat(data(web)).containsExactly("10.96.0.5");
        assertThat(web.getHeader().getFlag(Flags.AA)).isTrue();
        var srv = ask("_http._tcp.web.a.svc.cluster.local.", Type.SRV);
        assertThat(data(srv)).containsExactly("0 100 80 web.a.svc.cluster.local.");
        assertThat(srv.getSection(Section.ADDITIONAL).getFirst().rdataToString())
                .isEqualTo("10.96.0.5");
        assertThat(data(ask("5.0.96.10.in-addr.arpa.", Type.PTR)))
                .containsExactly("web.a.svc.cluster.local.");
    }

    @Test
    void headless_services_have_those_of_their_ready_endpoints() throws IOException {
        assertThat(data(ask("head.a.svc.cluster.local.", Type.A)))
                .containsExactlyInAnyOrder("10.1.0.1", "10.1.0.2");
        assertThat(data(ask("db-0.head.a.svc.cluster.local.", Type.A))).containsExactly("10.1.0.1");
        assertThat(data(ask("10-1-0-2.head.a.svc.cluster.local.", Type.A)))
                .containsExactly("10.1.0.2");
        assertThat(data(ask("_db._tcp.head.a.svc.cluster.local.", Type.SRV)))
                .containsExactlyInAnyOrder(
                        "0 100 5432 db-0.head.a.svc.cluster.local.",
                        "0 100 5432 10-1-0-2.head.a.svc.cluster.local.");
        assertThat(data(ask("1.0.1.10.in-addr.arpa.", Type.PTR)))
                .containsExactly("db-0.head.a.svc.cluster.local.");
    }

    @Test
    void pods_have_the_names_of_addresses_that_they_really_have() throws IOException {
        assertThat(data(ask("10-1-0-9.a.pod.cluster.local.", Type.A))).containsExactly("10.1.0.9");
        assertThat(ask("10-1-0-8.a.pod.cluster.local.", Type.A).getRcode())
                .isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void no_such_name_is_not_no_such_record() throws IOException {
        var none = ask("none.a.svc.cluster.local.", Type.A);
        assertThat(none.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(none.getSection(Section.AUTHORITY).getFirst().getType()).isEqualTo(Type.SOA);
        for (var name : List.of("web.a.svc.cluster.local.", "a.svc.cluster.local.")) {
            var other = ask(name, Type.AAAA);
            assertThat(other.getRcode()).isEqualTo(Rcode.NOERROR);
            assertThat(data(other)).isEmpty();
            assertThat(other.getSection(Section.AUTHORITY)).hasSize(1);
        }
        assertThat(ask("9.9.96.10.in-addr.arpa.", Type.PTR).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void an_alias_is_followed_inside_the_cluster() throws IOException {
        assertThat(data(ask("inside.a.svc.cluster.local.", Type.A)))
                .containsExactly("web.a.svc.cluster.local.", "10.96.0.5");
    }

    @Test
    void who_may_ask_no_resolver_is_refused_and_one_that_is_silent_has_failed() throws IOException {
        assertThat(ask("example.com.", Type.A).getRcode()).isEqualTo(Rcode.REFUSED);
        assertThat(ask("out.a.svc.cluster.local.", Type.A).getRcode()).isEqualTo(Rcode.REFUSED);
        var silent = answers(new Forwarder(1, Duration.ofMillis(200)), "127.0.0.1");
        assertThat(ask(silent, "example.com.", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
    }

    /// A client whose questions all wait for a resolver still learns the cluster's names.
    @Test
    void questions_that_are_passed_on_have_bounds_of_their_own() throws Exception {
        var room = new Room(10, 1);
        withResolver(forwarder -> {
            var answers = answers(forwarder, room, "127.0.0.1");
            room.enter(CLIENT);
            assertThat(ask(answers, "example.com.", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
            assertThat(data(ask(answers, "web.a.svc.cluster.local.", Type.A)))
                    .containsExactly("10.96.0.5");
            room.leave(CLIENT);
            assertThat(data(ask(answers, "example.com.", Type.A))).containsExactly("192.0.2.7");
        });
        assertThat(room.enter(CLIENT)).as("what was taken is given back").isTrue();
    }

    /// A resolver that first says something to another question.
    @Test
    void other_names_are_asked_of_the_resolver_and_only_its_answer_is_taken() throws Exception {
        withResolver(forwarder -> {
            var told = ask(answers(forwarder, "127.0.0.1"), "example.com.", Type.A);
            assertThat(data(told)).containsExactly("192.0.2.7");
            assertThat(told.getHeader().getFlag(Flags.AA)).isFalse();
        });
    }

    @FunctionalInterface
    private interface Asking {
        void run(Forwarder forwarder) throws IOException;
    }

    private static void withResolver(Asking asking) throws Exception {
        try (var resolver =
                new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))) {
            var served =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    answerOnce(resolver);
                                } catch (IOException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
            asking.run(new Forwarder(resolver.getLocalPort(), Duration.ofSeconds(5)));
            served.join();
        }
    }

    private static void answerOnce(DatagramSocket resolver) throws IOException {
        var packet = new DatagramPacket(new byte[512], 512);
        resolver.receive(packet);
        var query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
        for (int shift : new int[] {1, 0}) {
            var answer = new Message(query.getHeader().getID() + shift & 0xffff);
            answer.getHeader().setFlag(Flags.QR);
            answer.addRecord(query.getQuestion(), Section.QUESTION);
            answer.addRecord(
                    new ARecord(
                            query.getQuestion().getName(),
                            DClass.IN,
                            60,
                            InetAddress.ofLiteral(shift == 0 ? "192.0.2.7" : "192.0.2.66")),
                    Section.ANSWER);
            var bytes = answer.toWire();
            resolver.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
        }
    }

    @Test
    void what_does_not_fit_is_cut_and_said_to_be() throws IOException {
        var answers = answers(new Forwarder(1, Duration.ofMillis(200)));
        var query =
                Message.newQuery(
                        Record.newRecord(
                                Name.fromString("many.a.svc.cluster.local."), Type.A, DClass.IN));
        var small =
                answers.answer(query.toWire(), CLIENT, Answers.Transport.DATAGRAM).orElseThrow();
        assertThat(small.length).isLessThanOrEqualTo(512);
        assertThat(new Message(small).getHeader().getFlag(Flags.TC)).isTrue();
        query.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);
        var larger =
                answers.answer(query.toWire(), CLIENT, Answers.Transport.DATAGRAM).orElseThrow();
        assertThat(larger.length).isLessThanOrEqualTo(1232);
        var whole =
                new Message(
                        answers.answer(query.toWire(), CLIENT, Answers.Transport.STREAM)
                                .orElseThrow());
        assertThat(whole.getSection(Section.ANSWER)).hasSize(100);
        assertThat(whole.getHeader().getFlag(Flags.TC)).isFalse();
    }

    @Test
    void transfers_are_refused_and_answers_and_nonsense_get_nothing() throws IOException {
        assertThat(ask("cluster.local.", Type.AXFR).getRcode()).isEqualTo(Rcode.REFUSED);
        assertThat(ask("cluster.local.", Type.ANY).getRcode()).isEqualTo(Rcode.REFUSED);
        var answers = answers(new Forwarder(1, Duration.ofMillis(200)));
        var reply = Message.newQuery(Record.newRecord(Name.root, Type.A, DClass.IN));
        reply.getHeader().setFlag(Flags.QR);
        assertThat(answers.answer(reply.toWire(), CLIENT, Answers.Transport.DATAGRAM)).isEmpty();
        assertThat(answers.answer(new byte[5], CLIENT, Answers.Transport.DATAGRAM)).isEmpty();
        var random = new Random(7);
        var question =
                Message.newQuery(
                                Record.newRecord(
                                        Name.fromString("web.a.svc.cluster.local."),
                                        Type.A,
                                        DClass.IN))
                        .toWire();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = Arrays.copyOf(question, 12 + random.nextInt(60));
            for (int changed = random.nextInt(8); changed >= 0; changed--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Optional<byte[]> answer = answers.answer(bytes, CLIENT, Answers.Transport.DATAGRAM);
            assertThat(answer.map(each -> each.length).orElse(0)).isLessThanOrEqualTo(1232);
        }
    }
}
