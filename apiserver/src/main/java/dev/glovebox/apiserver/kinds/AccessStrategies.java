package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.AccessRules;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.MetaRules;
import dev.glovebox.apiserver.rules.Words;
import java.util.Optional;
import java.util.function.BiConsumer;

/// What no schema says about roles, what binds them, and questions about them.
final class AccessStrategies {
    private static final String GROUP = "rbac.authorization.k8s.io";

    static final Strategy ROLE = new Access(AccessRules::role, UpdateStrategy.WHOLE);
    static final Strategy CLUSTER_ROLE = new Access(AccessRules::clusterRole, UpdateStrategy.WHOLE);
    static final Strategy ROLE_BINDING =
            new Access(AccessRules::roleBinding, UpdateStrategy.checked(AccessRules::sameRole));
    static final Strategy CLUSTER_ROLE_BINDING =
            new Access(
                    AccessRules::clusterRoleBinding, UpdateStrategy.checked(AccessRules::sameRole));

    /// A question is answered and not kept.
    static final Strategy REVIEW =
            new Strategy() {
                @Override
                public boolean stored() {
                    return false;
                }
            };

    private AccessStrategies() {}

    private record Access(BiConsumer<ObjectNode, FieldErrors> rules, UpdateStrategy update)
            implements Strategy {
        @Override
        public MetaRules.NameRule names() {
            return Words::pathSegment;
        }

        @Override
        public void applyDefaults(ObjectNode object) {
            if (object.get("roleRef") instanceof ObjectNode role) {
                Trees.orText(role, "apiGroup", GROUP);
            }
            for (ObjectNode subject : Trees.objects(object.path("subjects"))) {
                if (isNamed(subject)) {
                    Trees.orText(subject, "apiGroup", GROUP);
                }
            }
        }

        private static boolean isNamed(ObjectNode subject) {
            String kind = subject.path("kind").asText();
            return kind.equals("User") || kind.equals("Group");
        }

        @Override
        public void validate(ObjectNode object, FieldErrors errors) {
            rules.accept(object, errors);
        }

        @Override
        public Optional<UpdateStrategy> update(String subresource) {
            return subresource.isEmpty() ? Optional.of(update) : Optional.empty();
        }
    }
}
