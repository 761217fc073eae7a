package dev.glovebox.apiserver.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import java.time.Duration;

/// Sends bodies to webhooks of every sort, all by one client. Safe for use by any thread.
public final class WebhookPosts {
    private static final int OK = 200;
    private static final int MULTIPLE_CHOICES = 300;

    private final WebhookClient client;

    /// @param objects where Services and their endpoints are
    public WebhookPosts(ObjectLookup objects) {
        this.client = new WebhookClient(new ServiceTargets(objects));
    }

    /// One webhook.
    public interface Post {
        /// The body of its answer, never empty; at most 8 MiB. Blocks.
        ///
        /// @param json what is sent
        /// @param patience how long all of it may take
        /// @throws WebhookFailure when it cannot be reached, is not who it should be, or answers
        ///   with anything but success
        byte[] send(byte[] json, Duration patience) throws WebhookFailure;
    }

    /// The webhook of a `clientConfig` that was found valid.
    public Post to(JsonNode clientConfig) {
        Endpoint endpoint = Endpoint.of(clientConfig);
        return (json, patience) -> body(client.post(endpoint, json, patience));
    }

    WebhookClient client() {
        return client;
    }

    private static byte[] body(HttpsPost.Answer answer) throws WebhookFailure {
        if (answer.code() < OK || answer.code() >= MULTIPLE_CHOICES) {
            throw new WebhookFailure(new ErrorWords(answer).text());
        }
        if (answer.body().length == 0) {
            throw new WebhookFailure(
                    "0-length response with status code: %d and content type: %s"
                            .formatted(answer.code(), answer.contentType()));
        }
        return answer.body();
    }
}
