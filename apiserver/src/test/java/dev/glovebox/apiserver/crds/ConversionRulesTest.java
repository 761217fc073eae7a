package dev.glovebox.apiserver.crds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.apiserver.pki.TestCertificates;
import dev.glovebox.apiserver.rules.FieldErrors;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What kube-apiserver 1.34.4 said of the same definitions.
class ConversionRulesTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    private static String wrong(String spec, Optional<JsonNode> old) {
        FieldErrors errors = new FieldErrors();
        ConversionRules.check(json(spec), old, errors);
        return errors.isEmpty() ? "" : errors.message();
    }

    private static String conversion(String text) {
        return "{\"conversion\":" + text.replace('\'', '"') + "}";
    }

    private static String webhook(String client, String reviews) {
        return "{'strategy':'Webhook','webhook':{'clientConfig':%s,'conversionReviewVersions':%s}}"
                .formatted(client, reviews);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'strategy':'Webhook'} | [spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook, spec.conversion.conversionReviewVersions: Required value]
                    {} | spec.conversion.strategy: Required value
                    {'strategy':'Other'} | spec.conversion.strategy: Unsupported value: "Other": supported values: "None", "Webhook"
                    {'strategy':'None','webhook':{'conversionReviewVersions':['v1']}} | spec.conversion.conversionReviewVersions: Forbidden: should not be set when strategy is not set to Webhook
                    {'strategy':'None','webhook':{'clientConfig':{'url':'https://a/b'}}} | spec.conversion.webhookClientConfig: Forbidden: should not be set when strategy is not set to Webhook
                    """)
    void a_strategy_has_what_it_needs_and_nothing_else(String conversion, String words) {
        assertThat(wrong(conversion(conversion), Optional.empty())).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {} | spec.conversion.webhookClientConfig: Required value: exactly one of url or service is required
                    {'url':'https://a/b','service':{'name':'a','namespace':'b','port':443}} | spec.conversion.webhookClientConfig: Required value: exactly one of url or service is required
                    {'url':'http://a/b'} | spec.conversion.webhookClientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]
                    {'service':{'name':'a','namespace':'b','port':0}} | spec.conversion.webhookClientConfig.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive
                    """)
    void a_webhook_has_one_place(String client, String words) {
        assertThat(wrong(conversion(webhook(client, "['v1']")), Optional.empty())).isEqualTo(words);
    }

    @Test
    void one_known_version_of_reviews_is_needed_unless_there_was_none_before() {
        String client = "{'url':'https://a/b'}";
        assertThat(wrong(conversion(webhook(client, "['v1','v1']")), Optional.empty()))
                .isEqualTo(
                        "spec.conversion.conversionReviewVersions[1]: Invalid value: \"v1\": duplicate version");
        String unknown = conversion(webhook(client, "['v2']"));
        String words =
                "spec.conversion.conversionReviewVersions: Invalid value: [\"v2\"]: must include at least one of v1, v1beta1";
        assertThat(wrong(unknown, Optional.empty())).isEqualTo(words);
        assertThat(wrong(conversion(webhook(client, "['v2','v1']")), Optional.empty())).isEmpty();
        assertThat(wrong(unknown, old(webhook(client, "['v1']")))).isEqualTo(words);
        assertThat(wrong(unknown, old(webhook(client, "['v3']")))).isEmpty();
    }

    private static Optional<JsonNode> old(String conversion) {
        return Optional.of(json("{\"spec\":" + conversion(conversion) + "}"));
    }

    private static String client(String pem) {
        return "{'url':'https://a/b','caBundle':'%s'}"
                .formatted(
                        Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    hello | unable to parse bytes as PEM block
                    -----BEGIN CERTIFICATE-----_***_-----END CERTIFICATE-----_ | unable to parse bytes as PEM block
                    -----BEGIN CERTIFICATE-----_AAAA_-----END CERTIFICATE-----_ | failed to parse certificate: x509: malformed certificate
                    -----BEGIN PRIVATE KEY-----_AAAA_-----END PRIVATE KEY-----_ | no valid certificate authority data seen
                    """)
    void authorities_are_looked_at_when_those_before_were_some(String pem, String words) {
        String bad = webhook(client(pem.replace('_', '\n')), "['v1']");
        String good = webhook("{'url':'https://a/b'}", "['v1']");
        assertThat(wrong(conversion(bad), Optional.empty())).isEmpty();
        assertThat(wrong(conversion(bad), old(bad))).isEmpty();
        assertThat(wrong(conversion(bad), old(good)))
                .startsWith("spec.conversion.webhookClientConfig.caBundle: Invalid value: ")
                .endsWith(": unable to load root certificates: " + words);
    }

    @Test
    void one_certificate_among_others_is_enough() {
        String authority = TestCertificates.of("localhost").authority();
        String pem = new String(Base64.getDecoder().decode(authority), StandardCharsets.UTF_8);
        String more = pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        String good = webhook("{'url':'https://a/b'}", "['v1']");
        assertThat(wrong(conversion(webhook(client(more), "['v1']")), old(good))).isEmpty();
    }

    @Test
    void who_keeps_unknown_fields_cannot_convert() {
        String spec =
                "{\"preserveUnknownFields\":true,"
                        + conversion(webhook("{'url':'https://a/b'}", "['v1']")).substring(1);
        assertThat(wrong(spec, Optional.empty()))
                .isEqualTo(
                        "spec.conversion.strategy: Invalid value: \"Webhook\": must be None if spec.preserveUnknownFields is true");
    }
}
