package dev.glovebox.apiserver.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.glovebox.testkit.ManualClock;
import dev.glovebox.testkit.RandomCases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Tokens that are nearly ours.
class TokenPropertiesTest {
    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private final Tokens tokens = new Tokens(key(), ManualClock.atNoon());
    private final String token =
            tokens.issue(
                    "system:serviceaccount:n:a", List.of("api"), Map.of(), Duration.ofHours(1));

    private static ECKey key() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The same signature: its last character has bits that mean nothing.
    private boolean isSame(String changed) {
        int signature = token.lastIndexOf('.') + 1;
        return changed.matches("[\\w.-]+")
                && changed.startsWith(token.substring(0, signature))
                && bytes(changed.substring(signature)).equals(bytes(token.substring(signature)));
    }

    /// What a text in base64url says; empty for one that is none.
    private static List<Byte> bytes(String text) {
        try {
            List<Byte> bytes = new ArrayList<>();
            for (byte each : Base64.getUrlDecoder().decode(text)) {
                bytes.add(each);
            }
            return bytes;
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    @Test
    void a_token_of_which_one_character_is_another_is_nobodys() {
        RandomCases.check(
                500,
                draw -> {
                    int at = draw.below(token.length());
                    String other = draw.text(ALPHABET, 1);
                    if (token.charAt(at) == '.') {
                        return;
                    }
                    String changed = token.substring(0, at) + other + token.substring(at + 1);
                    assertThat(tokens.check(changed).isPresent())
                            .as(changed)
                            .isEqualTo(isSame(changed));
                });
    }

    @Test
    void a_token_with_something_between_is_nobodys() {
        int within = token.lastIndexOf('.') + 3;
        for (String between : List.of("?", " ", "\n", "=", "\u00e9", "+", "/")) {
            assertThat(tokens.check(token.substring(0, within) + between + token.substring(within)))
                    .as(between)
                    .isEmpty();
        }
        assertThat(tokens.check(token)).isPresent();
    }

    @Test
    void any_text_is_nobodys() {
        RandomCases.check(
                2_000,
                draw -> {
                    String text =
                            switch (draw.below(3)) {
                                case 0 -> draw.oddText();
                                case 1 -> new String(draw.spoilt(token + "x"), UTF_8);
                                default ->
                                        part(draw.tree().toString()) + "." + part("{}") + ".AAAA";
                            };
                    if (!text.startsWith(token) && !isSame(text)) {
                        assertThat(tokens.check(text)).isEmpty();
                    }
                });
    }

    @Test
    void heads_that_swell_are_nobodys() {
        for (String head :
                List.of(
                        "{\"a\":".repeat(8_000),
                        "{\"alg\":\"ES256\",\"a\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}",
                        "{\"alg\":\"none\"}",
                        "null",
                        "{\"alg\":\"ES256\",\"crit\":[\"b64\"],\"b64\":false}",
                        "{\"alg\":\"ES256\",\"zip\":\"DEF\"}",
                        "{\"alg\":\"ES256\",\"n\":1e999999999}")) {
            assertThat(tokens.check(part(head) + "." + part("{}") + ".AAAA")).as(head).isEmpty();
            assertThat(tokens.check(part("{\"alg\":\"ES256\"}") + "." + part(head) + ".AAAA"))
                    .isEmpty();
        }
    }

    private static String part(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }
}
