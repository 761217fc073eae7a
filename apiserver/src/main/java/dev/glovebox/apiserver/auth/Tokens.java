package dev.glovebox.apiserver.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// Signs and checks the tokens of service accounts: JSON web tokens (RFC 7519) by ES256 with one
/// key. Source: Kubernetes' `pkg/serviceaccount`.
public final class Tokens {
    /// Who issues them, and for whom where nobody says otherwise.
    public static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

    /// Three parts in base64url; the library would pass over whatever else stands between.
    private static final Pattern WHOLE = Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]+");

    private static final String OWN_CLAIM = "kubernetes.io";

    private final ECKey key;
    private final Clock clock;

    /// Tokens by one key.
    ///
    /// @param key with its private half, on the curve P-256
    public Tokens(ECKey key, Clock clock) {
        this.key = key;
        this.clock = clock;
    }

    /// What a token says, beside its times.
    ///
    /// @param audiences whom it is for
    /// @param facts the account and what the token is bound to, as the claim `kubernetes.io`
    /// @param id of this token
    public record Claims(
            String subject, List<String> audiences, Map<String, Object> facts, String id) {
        /// Copies the collections.
        public Claims {
            audiences = List.copyOf(audiences);
            facts = Map.copyOf(facts);
        }

        /// One field of a part of the facts, for example of `pod`; empty where it is not told.
        public String fact(String part, String field) {
            return facts.get(part) instanceof Map<?, ?> found
                            && found.get(field) instanceof String text
                    ? text
                    : "";
        }

        /// The namespace of the account.
        public String namespace() {
            return facts.get("namespace") instanceof String text ? text : "";
        }
    }

    /// A new token.
    ///
    /// @param facts goes into the claim `kubernetes.io`
    /// @param life from now on
    public String issue(
            String subject, List<String> audiences, Map<String, Object> facts, Duration life) {
        Instant now = clock.instant();
        JWTClaimsSet claims =
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .subject(subject)
                        .audience(audiences)
                        .issueTime(Date.from(now))
                        .notBeforeTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(life)))
                        .jwtID(UUID.randomUUID().toString())
                        .claim(OWN_CLAIM, facts)
                        .build();
        try {
            SignedJWT token =
                    new SignedJWT(
                            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
                            claims);
            token.sign(new ECDSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("a key that cannot sign", e);
        }
    }

    /// What a token says; empty for anything but a token of ours whose time is now. For whom it is
    /// has to be looked at by the caller.
    public Optional<Claims> check(String text) {
        if (!WHOLE.matcher(text).matches() || !beginsWithObject(text)) {
            return Optional.empty();
        }
        try {
            SignedJWT token = SignedJWT.parse(text);
            if (!token.getHeader().getAlgorithm().equals(JWSAlgorithm.ES256)
                    || !token.verify(new ECDSAVerifier(key.toPublicJWK()))) {
                return Optional.empty();
            }
            JWTClaimsSet claims = token.getJWTClaimsSet();
            return isCurrent(claims) ? Optional.of(claims(claims)) : Optional.empty();
        } catch (ParseException | JOSEException e) {
            return Optional.empty();
        }
    }

    /// The library takes for granted that the head is no `null`.
    private static boolean beginsWithObject(String text) {
        int end = Math.max(0, text.indexOf('.'));
        return new Base64URL(text.substring(0, end)).decodeToString().strip().startsWith("{");
    }

    private boolean isCurrent(JWTClaimsSet claims) {
        Instant now = clock.instant();
        return ISSUER.equals(claims.getIssuer())
                && claims.getExpirationTime() != null
                && now.isBefore(claims.getExpirationTime().toInstant())
                && claims.getNotBeforeTime() != null
                && !now.isBefore(claims.getNotBeforeTime().toInstant());
    }

    private static Claims claims(JWTClaimsSet claims) throws ParseException {
        Map<String, Object> facts = claims.getJSONObjectClaim(OWN_CLAIM);
        return new Claims(
                String.valueOf(claims.getSubject()),
                claims.getAudience(),
                facts == null ? Map.of() : facts,
                String.valueOf(claims.getJWTID()));
    }

    /// The public half of the key as a JSON web key set (RFC 7517).
    public String publicKeys() {
        return new com.nimbusds.jose.jwk.JWKSet(key.toPublicJWK()).toString();
    }
}
