package dev.glovebox.apiserver.webhooks;

/// What a webhook is asked for.
enum Purpose {
    /// To change an object, or to refuse it.
    MUTATING,
    /// To refuse an object as it is.
    VALIDATING
}
