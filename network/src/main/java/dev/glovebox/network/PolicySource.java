package dev.glovebox.network;

import java.util.Optional;

/// What policies say about pods.
public interface PolicySource {
    /// Nobody has policies.
    PolicySource NONE =
            new PolicySource() {
                @Override
                public void await(String uid) {}

                @Override
                public Optional<PodRules> rules(String uid) {
                    return Optional.of(PodRules.OPEN);
                }
            };

    /// Waits until it is known what policies say about a pod.
    ///
    /// @throws NetworkException when that takes too long: the pod must not start in the open
    void await(String uid);

    /// What they say about a pod now; empty for a pod that is not known, or not any more.
    Optional<PodRules> rules(String uid);
}
