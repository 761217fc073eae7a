package dev.glovebox.apiserver.kinds;

import java.util.List;

/// What extends the API.
final class ExtensionKinds {
    static final List<Declaration> ALL =
            List.of(
                    Declaration.of(
                            "admissionregistration.k8s.io",
                            "mutatingwebhookconfigurations",
                            "io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration",
                            WebhookStrategies.MUTATING),
                    Declaration.of(
                            "admissionregistration.k8s.io",
                            "validatingwebhookconfigurations",
                            "io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration",
                            WebhookStrategies.VALIDATING));

    private ExtensionKinds() {}
}
