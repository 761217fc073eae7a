package dev.glovebox.apiserver.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterPkiTest {
    private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");

    @TempDir private static Path made;
    @TempDir private Path data;

    /// What tests begin with that are not about the beginning: to find its keys takes a second.
    @BeforeAll
    static void makeOne() {
        openAt(START, made.resolve("pki"));
    }

    private Path directory() {
        return data.resolve("pki");
    }

    private ClusterPki openAt(Instant now, InetAddress... addresses) {
        return openAt(now, directory(), addresses);
    }

    private static ClusterPki openAt(Instant now, Path directory, InetAddress... addresses) {
        return ClusterPki.open(
                new PkiSettings(directory, List.of(addresses), Clock.fixed(now, ZoneOffset.UTC)));
    }

    private ClusterPki openWhatWasMade() throws IOException {
        try (Stream<Path> all = Files.walk(made.resolve("pki"))) {
            for (Path each : all.toList()) {
                Files.copy(
                        each,
                        directory().resolve(made.resolve("pki").relativize(each)),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return openAt(START);
    }

    private static X509Certificate server(ClusterPki pki) {
        return pki.serverTls().chain().getFirst();
    }

    @Test
    void the_server_is_named_as_clients_and_pods_reach_it() throws Exception {
        X509Certificate server =
                server(
                        openAt(
                                START,
                                InetAddress.getByName("10.96.0.1"),
                                InetAddress.getByName("0.0.0.0"),
                                InetAddress.getByName("192.0.2.7")));
        assertThat(server.getSubjectAlternativeNames().stream().map(each -> each.get(1)))
                .extracting(String::valueOf)
                .contains(
                        "127.0.0.1",
                        "0:0:0:0:0:0:0:1",
                        "localhost",
                        "kubernetes.default.svc",
                        "10.96.0.1",
                        "192.0.2.7")
                .doesNotContain("0.0.0.0");
        assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    }

    @Test
    void the_administrator_is_a_client_of_group_masters() throws Exception {
        X509Certificate admin = openWhatWasMade().admin().certificate();
        assertThat(admin.getSubjectX500Principal().getName())
                .isEqualTo("CN=kubernetes-admin,O=system:masters");
        assertThat(admin.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(admin.getBasicConstraints()).isNegative();
    }

    @Test
    void everything_is_its_owners_alone() throws IOException {
        ClusterPki pki = openAt(START);
        Path kubeconfig = data.resolve("admin.kubeconfig");
        pki.writeKubeconfig(kubeconfig, URI.create("https://127.0.0.1:6443"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(directory())) {
            assertThat(Stream.concat(files, Stream.of(kubeconfig)))
                    .hasSize(9)
                    .allSatisfy(file ->
                            assertThat(
                                            PosixFilePermissions.toString(
                                                    Files.getPosixFilePermissions(file)))
                                    .isEqualTo("rw-------"));
        }
        assertThat(kubeconfig)
                .content()
                .contains("server: https://127.0.0.1:6443\n", "client-key-data: ");
    }

    @Test
    void a_key_that_others_could_read_is_closed_to_them() throws IOException {
        openWhatWasMade();
        Path key = directory().resolve("ca.key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        openAt(START);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
    }

    @Test
    void a_restart_uses_what_there_is() throws IOException {
        ClusterPki first = openWhatWasMade();
        ClusterPki second = openAt(START.plus(Duration.ofDays(200)));
        assertThat(second.admin().certificate()).isEqualTo(first.admin().certificate());
        assertThat(server(second)).isEqualTo(server(first));
    }

    @Test
    void near_their_end_certificates_are_renewed_by_the_same_authority() throws IOException {
        ClusterPki first = openWhatWasMade();
        ClusterPki second = openAt(START.plus(Duration.ofDays(320)));
        assertThat(second.admin().certificate()).isNotEqualTo(first.admin().certificate());
        assertThat(second.serverTls().clientAuthorities())
                .isEqualTo(first.serverTls().clientAuthorities());
    }

    @Test
    void an_authority_near_its_end_takes_everything_with_it() throws Exception {
        ClusterPki first = openWhatWasMade();
        ClusterPki second = openAt(START.plus(Duration.ofDays(3600)));
        X509Certificate authority = second.serverTls().clientAuthorities().getFirst();
        assertThat(authority).isNotEqualTo(first.serverTls().clientAuthorities().getFirst());
        second.admin().certificate().verify(authority.getPublicKey());
        server(second).verify(authority.getPublicKey());
    }

    @Test
    void another_address_to_listen_on_makes_another_server_certificate() throws Exception {
        ClusterPki first = openWhatWasMade();
        ClusterPki second = openAt(START, InetAddress.getByName("192.0.2.9"));
        assertThat(server(second)).isNotEqualTo(server(first));
        assertThat(second.admin().certificate()).isEqualTo(first.admin().certificate());
    }

    @Test
    void a_pair_left_unmatched_by_a_crash_is_made_anew() throws IOException {
        ClusterPki first = openWhatWasMade();
        Files.delete(directory().resolve("admin.crt"));
        Files.copy(directory().resolve("server.crt"), directory().resolve("admin.crt"));
        assertThat(openAt(START).admin().certificate())
                .isNotEqualTo(first.admin().certificate())
                .isNotEqualTo(server(first));
    }

    @Test
    void a_damaged_file_is_named_with_the_cure() throws IOException {
        openWhatWasMade();
        for (String name : List.of("ca.key", "server.crt")) {
            Path file = directory().resolve(name);
            String whole = Files.readString(file);
            Files.writeString(file, "garbage");
            assertThatThrownBy(() -> openAt(START))
                    .isInstanceOf(PkiException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("remove it");
            Files.writeString(file, whole);
        }
    }

    @Test
    void a_directory_that_cannot_be_made_is_named() throws IOException {
        Files.writeString(directory(), "in the way");
        assertThatThrownBy(() -> openAt(START))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining(directory().toString());
    }
}
