package dev.glovebox.controllers.loop;

import dev.glovebox.cluster.WorkQueue.Outcome;

/// Brings what a key names nearer to what is wanted, whatever has happened before. Called by
/// several threads at once, never for one key twice at a time.
///
/// @param <K> what names a piece of work
public interface Reconciler<K> {
    /// Looks at the state of things and does what is to be done.
    ///
    /// @return what the queue does with the key
    /// @throws dev.glovebox.model.ApiException when the API refuses: the key comes again
    Outcome reconcile(K key);
}
