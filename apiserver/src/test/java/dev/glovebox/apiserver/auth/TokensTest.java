package dev.glovebox.apiserver.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.glovebox.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokensTest {
    private final ManualClock clock = ManualClock.atNoon();
    private final ECKey key = key();
    private final Tokens tokens = new Tokens(key, clock);

    private static ECKey key() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private String issued() {
        return tokens.issue(
                "system:serviceaccount:ns:robot",
                List.of("api"),
                Map.of("namespace", "ns", "serviceaccount", Map.of("name", "robot", "uid", "1")),
                Duration.ofMinutes(10));
    }

    @Test
    void a_token_says_what_it_was_issued_for() {
        Tokens.Claims claims = tokens.check(issued()).orElseThrow();
        assertThat(claims.subject()).isEqualTo("system:serviceaccount:ns:robot");
        assertThat(claims.audiences()).containsExactly("api");
        assertThat(claims.namespace()).isEqualTo("ns");
        assertThat(claims.fact("serviceaccount", "name")).isEqualTo("robot");
        assertThat(claims.fact("pod", "name")).isEmpty();
    }

    @Test
    void it_is_good_until_its_time_and_not_before() {
        String token = issued();
        clock.advance(Duration.ofMinutes(10).minusSeconds(1));
        assertThat(tokens.check(token)).isPresent();
        clock.advance(Duration.ofSeconds(1));
        assertThat(tokens.check(token)).isEmpty();
    }

    @Test
    void another_keys_token_is_none() {
        assertThat(new Tokens(key(), clock).check(issued())).isEmpty();
    }

    @Test
    void a_token_that_was_changed_is_none() {
        String token = issued();
        for (int part = 0; part < 3; part++) {
            String[] parts = token.split("\\.");
            int middle = parts[part].length() / 2;
            char changed = parts[part].charAt(middle) == 'A' ? 'B' : 'A';
            parts[part] =
                    parts[part].substring(0, middle) + changed + parts[part].substring(middle + 1);
            assertThat(tokens.check(String.join(".", parts))).as("part %d", part).isEmpty();
        }
    }

    @Test
    void a_token_without_a_signature_or_with_another_kind_of_one_is_none() throws Exception {
        JWTClaimsSet claims =
                new JWTClaimsSet.Builder()
                        .issuer(Tokens.ISSUER)
                        .subject("system:admin")
                        .audience("api")
                        .notBeforeTime(Date.from(clock.instant()))
                        .expirationTime(Date.from(clock.instant().plusSeconds(100)))
                        .build();
        assertThat(tokens.check(new PlainJWT(claims).serialize())).isEmpty();
        // The public key taken for a shared secret is an old trick.
        SignedJWT shared = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        shared.sign(
                new MACSigner(key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));
        assertThat(tokens.check(shared.serialize())).isEmpty();
    }

    @Test
    void what_is_no_token_is_none() {
        for (String text : List.of("", ".", "..", "a.b.c", "x".repeat(10_000), "🙂.🙂.🙂")) {
            assertThat(tokens.check(text)).as(text).isEmpty();
        }
    }
}
