package dev.glovebox.node.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerConfigTest {
    @Test
    void logins_are_read_in_their_order() {
        assertThat(
                        DockerConfig.read(
                                Secrets.config(
                                        "s",
                                        """
                                        {"auths": {
                                          "a.test": {"username": "u", "password": "p", "email": "e"},
                                          "b.test": {"auth": "%s"},
                                          "c.test": {"auth": "%s", "username": "not", "password": "this"}
                                        }, "credsStore": "of no use here"}\
                                        """
                                                .formatted(base64("v:q:r"), base64("w:")))))
                .contains(
                        List.of(
                                entry("a.test", new Credential("u", "p", "", "")),
                                entry("b.test", new Credential("v", "q:r", "", "")),
                                entry("c.test", new Credential("w", "", "", ""))));
    }

    @Test
    void the_old_form_has_no_auths_around_it() {
        var secret =
                Secrets.of(
                        "s",
                        "kubernetes.io/dockercfg",
                        ".dockercfg",
                        "{\"a.test\":{\"auth\":\"" + base64("u:p").replace("=", "") + "\"}}");
        assertThat(DockerConfig.read(secret))
                .contains(List.of(entry("a.test", new Credential("u", "p", "", ""))));
    }

    @Test
    void tokens_come_instead_of_a_password() {
        assertThat(
                        DockerConfig.read(
                                Secrets.config(
                                        "s",
                                        """
                                        {"auths": {
                                          "a.test": {"auth": "%s", "identitytoken": "i"},
                                          "b.test": {"registrytoken": "r"}
                                        }}\
                                        """
                                                .formatted(base64("0000:")))))
                .contains(
                        List.of(
                                entry("a.test", new Credential("", "", "i", "")),
                                entry("b.test", new Credential("", "", "", "r"))));
    }

    @Test
    void a_secret_of_another_type_holds_nothing() {
        assertThat(DockerConfig.read(Secrets.of("s", "Opaque", ".dockerconfigjson", "{")))
                .contains(List.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "\"text\"",
                "{\"auths\":[]}",
                "{\"auths\":{\"a\":\"u:p\"}}",
                "{\"auths\":{\"a\":{\"username\":1}}}",
                "{\"auths\":{\"a\":{\"auth\":\"%%%\"}}}",
                "{\"auths\":{\"a\":{\"auth\":\"dXNlcg==\"}}}",
                "{\"auths\":{\"a\":{\"auth\":\"//86\"}}}"
            })
    void a_broken_one_is_told_from_an_empty_one(String content) {
        assertThat(DockerConfig.read(Secrets.config("s", content))).isEmpty();
        assertThat(DockerConfig.read(Secrets.config("s", "{}"))).contains(List.of());
    }

    @Test
    void one_that_is_no_base64_deep_or_too_large_is_broken() {
        var secret = Secrets.config("s", "{}");
        assertThat(
                        DockerConfig.read(
                                new SecretBuilder(secret)
                                        .addToData(".dockerconfigjson", "{}")
                                        .build()))
                .isEmpty();
        assertThat(DockerConfig.read(Secrets.config("s", "{\"x\":" + "[".repeat(100_000))))
                .isEmpty();
        var large = "{\"auths\":{}, \"x\": \"" + "x".repeat(1 << 20) + "\"}";
        assertThat(DockerConfig.read(Secrets.config("s", large))).isEmpty();
        assertThat(DockerConfig.read(new SecretBuilder(secret).withData(null).build())).isEmpty();
    }

    @Test
    void nothing_prints_a_credential() {
        var entry = entry("a.test", new Credential("user", "word", "one", "two"));
        assertThat(entry.toString()).doesNotContain("user", "word", "one", "two");
        assertThat(entry.credential().hash())
                .matches("[0-9a-f]{64}")
                .isNotEqualTo(new Credential("userword", "", "one", "two").hash())
                .isEqualTo(new Credential("user", "word", "one", "two").hash());
    }

    private static DockerConfig.Entry entry(String key, Credential credential) {
        return new DockerConfig.Entry(key, credential);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
