package dev.glovebox.node.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.cri.SecurityProfile;
import dev.glovebox.cri.SecurityProfile.ProfileType;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeccompProfilesTest {
    @TempDir private Path folder;
    private Path directory;
    private SeccompProfiles profiles;

    @BeforeEach
    void make() throws IOException {
        directory = folder.resolve("seccomp");
        Files.createDirectories(directory.resolve("teams"));
        Files.writeString(directory.resolve("teams/strict.json"), "{}");
        Files.writeString(folder.resolve("secret"), "");
        profiles = new SeccompProfiles(directory, "kata"::equals);
    }

    private SecurityProfile localhost(String name) {
        return profiles.of(new SeccompProfile(name, "Localhost"), null, "runc");
    }

    @Test
    void a_containers_own_word_comes_before_its_pods() {
        SeccompProfile own = new SeccompProfile(null, "RuntimeDefault");
        SeccompProfile pods = new SeccompProfile(null, "Unconfined");
        assertThat(profiles.of(own, pods, "").getProfileType())
                .isEqualTo(ProfileType.RuntimeDefault);
        assertThat(profiles.of(null, pods, "").getProfileType()).isEqualTo(ProfileType.Unconfined);
        assertThat(profiles.of(null, null, "").getProfileType()).isEqualTo(ProfileType.Unconfined);
    }

    @Test
    void a_name_leads_to_a_file_below_the_directory() throws IOException {
        for (String name : new String[] {"teams/strict.json", "./teams//strict.json"}) {
            SecurityProfile profile = localhost(name);
            assertThat(profile.getProfileType()).isEqualTo(ProfileType.Localhost);
            assertThat(profile.getLocalhostRef())
                    .isEqualTo(directory.toRealPath().resolve("teams/strict.json").toString());
        }
    }

    @Test
    void a_link_within_the_directory_is_followed_once() throws IOException {
        Files.createSymbolicLink(directory.resolve("link"), Path.of("teams/strict.json"));
        assertThat(localhost("link").getLocalhostRef()).endsWith("/seccomp/teams/strict.json");
    }

    /// The runtime says so then, in the words that Kubernetes shows.
    @Test
    void a_profile_that_is_not_there_is_left_to_the_runtime() {
        assertThat(localhost("none.json").getLocalhostRef())
                .isEqualTo(directory.resolve("none.json").toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../secret",
                "teams/../../secret",
                "..",
                "/etc/passwd",
                "teams",
                ".",
                "a\0b"
            })
    void nothing_else_is_a_profile(String name) {
        assertThatThrownBy(() -> localhost(name))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("is not a file below " + directory);
    }

    @Test
    void no_link_leads_out() throws IOException {
        Files.createSymbolicLink(directory.resolve("out"), folder.resolve("secret"));
        Files.createSymbolicLink(directory.resolve("away"), folder);
        for (String name : new String[] {"out", "away/secret"}) {
            assertThatThrownBy(() -> localhost(name)).hasMessageContaining("is not a file below");
        }
    }

    @Test
    void where_no_filter_is_asked_a_profile_would_hold_nobody() {
        SeccompProfile profile = new SeccompProfile("teams/strict.json", "Localhost");
        assertThatThrownBy(() -> profiles.of(null, profile, "kata"))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("binds nothing under RuntimeClass handler \"kata\"");
    }

    @Test
    void what_says_nothing_is_no_profile() {
        assertThatThrownBy(() -> localhost(""))
                .hasMessage("localhostProfile must be set if seccompProfile type is Localhost.");
        assertThatThrownBy(() -> profiles.of(new SeccompProfile(null, "Strong"), null, ""))
                .hasMessageContaining("\"Strong\" is not known");
    }
}
