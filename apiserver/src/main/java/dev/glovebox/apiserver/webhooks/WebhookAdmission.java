package dev.glovebox.apiserver.webhooks;

import dev.glovebox.apiserver.admission.AdmissionChain;
import dev.glovebox.apiserver.auth.Authorizer;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import java.util.function.Supplier;

/// The webhooks of an API: what is configured in its store, and the steps of admission that ask
/// them.
public final class WebhookAdmission {
    private final WebhookImage image;
    private final AdmissionChain.Hooks hooks;

    /// @param posts what webhooks are asked by
    /// @param changes of the store behind `objects`
    /// @param objects where configurations, Services and their endpoints are
    /// @param kinds the kinds that are served at the moment of asking
    /// @param authorizer answers conditions that ask who may do what
    public WebhookAdmission(
            WebhookPosts posts,
            WebhookChanges changes,
            ObjectLookup objects,
            Supplier<KindCatalogue> kinds,
            Authorizer authorizer) {
        this.image = new WebhookImage(objects, changes);
        Selector selector = new Selector(objects, new Versions(kinds), authorizer);
        Caller caller = new Caller(posts.client());
        this.hooks =
                new AdmissionChain.Hooks(
                        new MutatingWebhooks(() -> image.get().mutating(), selector, caller),
                        new ValidatingWebhooks(() -> image.get().validating(), selector, caller));
    }

    /// The steps of admission.
    public AdmissionChain.Hooks hooks() {
        return hooks;
    }
}
