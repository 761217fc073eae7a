package dev.glovebox.apiserver.webhooks;

import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.List;

/// A webhook could not be asked, or did not answer as it has to. What becomes of the request its
/// `failurePolicy` says.
final class WebhookFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param words what is wrong, in Kubernetes' words
    WebhookFailure(String words) {
        super(words);
    }

    WebhookFailure(String words, Throwable cause) {
        super(words, cause);
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
