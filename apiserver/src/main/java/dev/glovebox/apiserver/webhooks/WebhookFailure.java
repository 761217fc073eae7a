package dev.glovebox.apiserver.webhooks;

import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.List;

/// A webhook could not be asked, or did not answer as it has to. What becomes of the request its
/// `failurePolicy` says.
public final class WebhookFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final String words;

    /// @param words what is wrong, in Kubernetes' words
    WebhookFailure(String words) {
        super(words);
        this.words = words;
    }

    WebhookFailure(String words, Throwable cause) {
        this("", words, cause);
    }

    private WebhookFailure(String before, String words, Throwable cause) {
        super(before + words, cause);
        this.words = words;
    }

    /// A failure to send, or to get an answer.
    static WebhookFailure calling(String words, Throwable cause) {
        return new WebhookFailure("failed to call webhook: ", words, cause);
    }

    /// What is wrong, without what admission says before it.
    public String words() {
        return words;
    }

    /// The refusal of a request that must not go on without the webhook's word.
    ApiException refusal(String webhook) {
        return internal("failed calling webhook \"%s\": %s".formatted(webhook, getMessage()));
    }

    /// The refusal of a request that cannot go on, whatever the policy says.
    static ApiException internal(String words) {
        return new ApiException(
                StatusReason.INTERNAL_ERROR,
                "Internal error occurred: " + words,
                new ApiException.Details(
                        "", "", "", List.of(new ApiException.Cause("", words, ""))));
    }
}
