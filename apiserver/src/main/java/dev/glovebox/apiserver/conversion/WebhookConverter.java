package dev.glovebox.apiserver.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.webhooks.WebhookFailure;
import dev.glovebox.apiserver.webhooks.WebhookPosts;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Strategy `Webhook`: a server of the definition's author converts. What it says is believed of
/// everything but of what an object is: its name, its uid and all of its metadata but labels and
/// annotations stay. Source: apiextensions' `conversion/webhook_converter.go`.
public final class WebhookConverter implements Converter {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Most objects of one request.
    private static final int MOST_OBJECTS = 100;

    /// Bytes of objects after which a request takes no more; a larger object goes alone.
    private static final int ENOUGH_BYTES = 1 << 20;

    private final WebhookPosts.Post post;
    private final String version;

    private WebhookConverter(WebhookPosts.Post post, String version) {
        this.post = post;
        this.version = version;
    }

    /// The converter of a definition's `spec.conversion.webhook`.
    public static WebhookConverter of(JsonNode webhook, WebhookPosts posts) {
        String version = "";
        for (JsonNode each : webhook.path("conversionReviewVersions")) {
            if (version.isEmpty() && ConversionReview.VERSIONS.contains(each.asText())) {
                version = each.asText();
            }
        }
        return new WebhookConverter(posts.to(webhook.path("clientConfig")), version);
    }

    @Override
    public List<ObjectNode> converted(List<ObjectNode> objects, String apiVersion) {
        List<ObjectNode> converted = new ArrayList<>(objects.size());
        List<ObjectNode> batch = new ArrayList<>();
        long bytes = 0;
        for (ObjectNode object : objects) {
            long size = ConversionReview.size(object);
            if (!batch.isEmpty() && (batch.size() == MOST_OBJECTS || bytes + size > ENOUGH_BYTES)) {
                converted.addAll(asked(batch, apiVersion));
                batch.clear();
                bytes = 0;
            }
            batch.add(object);
            bytes += size;
        }
        if (!batch.isEmpty()) {
            converted.addAll(asked(batch, apiVersion));
        }
        return converted;
    }

    private List<ObjectNode> asked(List<ObjectNode> batch, String apiVersion) {
        String words = "conversion webhook for %s ".formatted(words(batch.getFirst()));
        if (version.isEmpty()) {
            throw failed("no supported conversion review versions");
        }
        List<JsonNode> answered;
        try {
            ConversionReview review = ConversionReview.of(version, batch, apiVersion);
            answered = review.objects(post.send(review.bytes(), PATIENCE));
        } catch (WebhookFailure e) {
            throw failed(words + "failed: " + e.words());
        } catch (ConversionReview.Unusable e) {
            throw failed(words + "failed: " + e.getMessage());
        }
        if (answered.size() != batch.size()) {
            throw failed(
                    "%sreturned %d objects, expected %d"
                            .formatted(words, answered.size(), batch.size()));
        }
        List<ObjectNode> converted = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            ConvertedObject object = new ConvertedObject(batch.get(i), answered.get(i));
            converted.add(object.checked(apiVersion));
        }
        return converted;
    }

    /// A kind as Kubernetes' messages name it.
    static String words(ObjectNode object) {
        return "%s, Kind=%s"
                .formatted(object.path("apiVersion").asText(), object.path("kind").asText());
    }

    static ApiException failed(String words) {
        return new ApiException(StatusReason.UNKNOWN, words);
    }
}
