package dev.glovebox.apiserver.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.admission.AdmissionRequest;
import dev.glovebox.apiserver.rules.Words;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks one webhook one question. Safe for use by any thread; blocks.
final class Caller {
    private static final Logger LOG = LoggerFactory.getLogger(Caller.class);
    private static final int LEAST_REFUSAL = 400;

    private final WebhookClient client;

    Caller(WebhookClient client) {
        this.client = client;
    }

    /// The webhook's reply, when it allows the request. Its warnings and notes are passed on.
    ///
    /// @throws WebhookFailure when it could not be asked, or did not answer as it has to
    /// @throws ApiException when it denies the request, or cannot be asked about one of this sort
    Reply ask(Webhook webhook, Question question, Purpose purpose) throws WebhookFailure {
        AdmissionRequest request = question.request();
        if (request.dryRun() && !webhook.harmless()) {
            throw new ApiException(
                    StatusReason.BAD_REQUEST,
                    "admission webhook \"%s\" does not support dry run".formatted(webhook.name()));
        }
        Review review = Review.of(webhook, question.tree());
        Duration left = request.asking().deadline().left();
        checkTime(left);
        Duration patience = left.compareTo(webhook.timeout()) < 0 ? left : webhook.timeout();
        Reply reply =
                Reply.of(
                        client.post(webhook.endpoint(), review.bytes(), patience), review, purpose);
        pass(webhook, reply, request);
        if (!reply.allowed()) {
            throw denial(webhook.name(), reply.status());
        }
        return reply;
    }

    /// Lets a request go on whose webhook could not be asked, where its policy allows that.
    ///
    /// @param note name of the annotation that says so
    /// @throws ApiException where the policy does not
    static void overlook(
            WebhookFailure failure, Webhook webhook, AdmissionRequest request, String note) {
        if (!webhook.failsOpen()) {
            throw failure.refusal(webhook.name());
        }
        LOG.atWarn()
                .addKeyValue("webhook", webhook.name())
                .addKeyValue("configuration", webhook.configuration())
                .addKeyValue("failure", failure.getMessage())
                .log("a webhook could not be asked, and the request goes on");
        request.annotations().note(note, webhook.name());
    }

    /// A failure that is overlooked must not hide that there is no time left for anything else.
    static void checkTime(Duration left) {
        if (left.isZero()) {
            throw new ApiException(
                    StatusReason.TIMEOUT,
                    "Timeout: request did not complete within requested timeout",
                    new ApiException.Details("", "", "", List.of()));
        }
    }

    private static void pass(Webhook webhook, Reply reply, AdmissionRequest request) {
        reply.annotations()
                .forEach((name, text) -> {
                    String key = webhook.name() + "/" + name;
                    if (Words.qualifiedName(key).isEmpty()) {
                        request.annotations().note(key, text);
                    }
                });
        warn(reply, request);
    }

    /// Several webhooks may answer at once. A text with control characters is none.
    private static void warn(Reply reply, AdmissionRequest request) {
        List<String> warnings = request.asking().warnings();
        synchronized (warnings) {
            for (String warning : reply.warnings()) {
                boolean plain = warning.codePoints().noneMatch(Character::isISOControl);
                if (plain && !warning.isEmpty()) {
                    request.warn(warning);
                }
            }
        }
    }

    /// What is told of a refusal: the webhook's own words, behind its name.
    private static ApiException denial(String webhook, JsonNode status) {
        String denied = "admission webhook \"%s\" denied the request".formatted(webhook);
        String message = status.path("message").asText();
        String reason = status.path("reason").asText();
        String words =
                !message.isEmpty()
                        ? denied + ": " + message
                        : !reason.isEmpty()
                                ? denied + ": " + reason
                                : denied + " without explanation";
        int code = status.path("code").asInt();
        return ApiException.told(
                code >= LEAST_REFUSAL && code <= 599 ? code : LEAST_REFUSAL,
                reason,
                words,
                status.has("details") ? details(status.path("details")) : null);
    }

    private static ApiException.Details details(JsonNode details) {
        List<ApiException.Cause> causes = new ArrayList<>();
        details.path("causes")
                .forEach(each ->
                        causes.add(
                                new ApiException.Cause(
                                        each.path("reason").asText(),
                                        each.path("message").asText(),
                                        each.path("field").asText())));
        return new ApiException.Details(
                details.path("name").asText(),
                details.path("group").asText(),
                details.path("kind").asText(),
                causes,
                Math.max(0, details.path("retryAfterSeconds").asInt()));
    }
}
