package dev.glovebox.node.pull;

import dev.glovebox.node.pull.PullRecord.Rights;
import java.util.Map;

/// Who may use an image that lies on the node, as far as the node knows.
public sealed interface Access {
    /// Whether a pod may that has these credentials.
    boolean opens(Keyring keyring);

    /// Everybody: it was pulled without credentials, or came otherwise.
    record Everybody() implements Access {
        @Override
        public boolean opens(Keyring keyring) {
            return true;
        }
    }

    /// Whoever has a credential that was seen to open it.
    ///
    /// @param repositories under which it may be asked for
    record Holders(Map<String, Rights> repositories) implements Access {
        /// Copies.
        public Holders {
            repositories = Map.copyOf(repositories);
        }

        @Override
        public boolean opens(Keyring keyring) {
            return repositories.entrySet().stream()
                    .anyMatch(each ->
                            keyring.credentials(each.getKey()).stream()
                                    .map(owned -> owned.credential().hash())
                                    .anyMatch(each.getValue()::opens));
        }
    }
}
