package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.apiserver.audit.AuditLevel;
import dev.glovebox.apiserver.podsecurity.PodSecurityConfiguration;
import dev.glovebox.network.Ranges;
import dev.glovebox.policy.TrustLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeFlagsTest {
    private static final Path DATA = Path.of("/var/lib/glovebox");
    private static final EngineSettings KEPT =
            new EngineSettings(
                    TrustLevel.TRUSTED, "127.0.0.1:7443", "left", Ranges.parse("10.1.0.0/16"));

    @Test
    void a_first_start_without_flags_has_the_defaults() {
        assertThat(flags("", "", "", "").over(Optional.empty())).isEqualTo(EngineSettings.DEFAULT);
    }

    @Test
    void a_first_start_takes_every_flag() {
        assertThat(flags("trusted", "127.0.0.1:7443", "left", "10.1.0.0/16").over(Optional.empty()))
                .isEqualTo(KEPT);
    }

    @Test
    void what_was_kept_holds_where_nothing_is_said() {
        assertThat(flags("", "", "", "").over(Optional.of(KEPT))).isEqualTo(KEPT);
    }

    @Test
    void trust_and_the_address_may_change() {
        assertThat(flags("untrusted", "0.0.0.0:1", "", "").over(Optional.of(KEPT)))
                .isEqualTo(
                        new EngineSettings(TrustLevel.UNTRUSTED, "0.0.0.0:1", "left", KEPT.pods()));
    }

    @Test
    void the_same_name_and_range_may_be_said_again() {
        assertThat(flags("", "", "left", "10.1.0.0/16").over(Optional.of(KEPT))).isEqualTo(KEPT);
    }

    @Test
    void the_nodes_name_cannot_change() {
        assertThatThrownBy(() -> flags("", "", "right", "").over(Optional.of(KEPT)))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "--node-name is left in the data directory /var/lib/glovebox and cannot"
                                + " become right; remove that engine first: sudo ./glovebox down"
                                + " --purge --data-dir /var/lib/glovebox");
    }

    @Test
    void the_pods_addresses_cannot_change() {
        assertThatThrownBy(() -> flags("", "", "", "10.2.0.0/16").over(Optional.of(KEPT)))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith(
                        "--pod-cidr is 10.1.0.0/16 in the data directory /var/lib/glovebox and"
                                + " cannot become 10.2.0.0/16; ");
    }

    @Test
    void a_range_that_is_none_is_refused_in_one_sentence() {
        assertThatThrownBy(() -> flags("", "", "", "10.244.0.0").over(Optional.empty()))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "--pod-cidr wants a range like 10.244.0.0/16 or fd00:10:244::/56, or one of"
                                + " each family with a comma between them, the usual first, not"
                                + " \"10.244.0.0\"");
    }

    @Test
    void a_level_of_trust_that_is_none_is_refused_and_not_guessed() {
        assertThatThrownBy(() -> flags("Trusted", "", "", "").over(Optional.empty()))
                .isInstanceOf(EngineException.class)
                .hasMessage("--default-trust wants trusted or untrusted, not \"Trusted\"");
    }

    @Test
    void a_control_plane_alone_is_kept_until_a_node_is_wanted() {
        EngineSettings alone = alone(Extent.CONTROL_PLANE).over(Optional.empty());
        assertThat(alone.extent()).isEqualTo(Extent.CONTROL_PLANE);
        assertThat(flags("", "", "", "").over(Optional.of(alone)).extent())
                .isEqualTo(Extent.CONTROL_PLANE);
        assertThat(alone(Extent.WHOLE).over(Optional.of(alone)).extent()).isEqualTo(Extent.WHOLE);
    }

    @Test
    void the_record_is_kept_until_another_is_wanted() {
        EngineSettings recording = audit("Request").over(Optional.of(KEPT));
        assertThat(recording.audit()).isEqualTo(AuditLevel.REQUEST);
        assertThat(audit("").over(Optional.of(recording)).audit()).isEqualTo(AuditLevel.REQUEST);
        assertThat(audit("None").over(Optional.of(recording))).isEqualTo(KEPT);
        assertThatThrownBy(() -> audit("all").over(Optional.empty()))
                .isInstanceOf(EngineException.class)
                .hasMessage("--audit-level wants None, Metadata or Request, not \"all\"");
    }

    @Test
    void the_file_about_admission_is_kept_until_another_is_wanted() {
        EngineSettings configured = admission("/etc/a.yaml").over(Optional.of(KEPT));
        assertThat(configured.admission()).contains(Path.of("/etc/a.yaml"));
        assertThat(admission("").over(Optional.of(configured))).isEqualTo(configured);
        assertThat(admission("/etc/b/../c.yaml").over(Optional.of(configured)).admission())
                .contains(Path.of("/etc/c.yaml"));
    }

    /// Nobody runs with fewer rules than were written down.
    @Test
    void an_engine_whose_file_about_admission_is_not_understood_does_not_start(@TempDir Path folder)
            throws IOException {
        Path file = folder.resolve("admission.yaml");
        EngineSettings settings = EngineSettings.DEFAULT.withAdmission(file);
        assertThatThrownBy(settings::podSecurity)
                .isInstanceOf(EngineException.class)
                .hasMessage("--admission-control-config-file: " + file + " cannot be read");
        Files.writeString(file, "{}");
        assertThatThrownBy(settings::podSecurity)
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith(
                        "--admission-control-config-file: %s: wants apiVersion".formatted(file));
        Files.writeString(
                file, "{apiVersion: apiserver.config.k8s.io/v1, kind: AdmissionConfiguration}");
        assertThat(settings.podSecurity()).isEqualTo(PodSecurityConfiguration.STANDARD);
    }

    private static ServeFlags admission(String file) {
        return new ServeFlags(DATA, "", "", "", "", NodeFlags.NONE, "", file);
    }

    private static ServeFlags audit(String level) {
        return new ServeFlags(DATA, "", "", "", "", NodeFlags.NONE, level, "");
    }

    private static ServeFlags alone(Extent extent) {
        return new ServeFlags(
                DATA, "", "", "", "", new NodeFlags(Optional.of(extent), "", List.of()), "", "");
    }

    private static ServeFlags flags(String trust, String listen, String nodeName, String podCidr) {
        return new ServeFlags(DATA, trust, listen, nodeName, podCidr, NodeFlags.NONE, "", "");
    }
}
