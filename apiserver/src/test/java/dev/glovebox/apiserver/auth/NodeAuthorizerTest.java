package dev.glovebox.apiserver.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeAuthorizerTest {
    private static final User NODE =
            new User("system:node:n1", List.of("system:nodes", User.AUTHENTICATED));
    private static final PolicyRule OF_EVERYBODY =
            new PolicyRule(
                    List.of("create"),
                    List.of("authentication.k8s.io"),
                    List.of("selfsubjectreviews"),
                    List.of(),
                    List.of());

    private final NodeAuthorizer authorizer = new NodeAuthorizer(new OnePod(), new Rest());

    @ParameterizedTest
    @CsvSource({
        "get, '', secrets, default, mounted, true",
        "get, '', secrets, default, other, false",
        "list, '', secrets, default, '', false",
        "get, '', secrets, kube-system, mounted, false",
        "update, '', secrets, default, mounted, false",
        "update, '', nodes, '', n1, true",
        "update, '', nodes, '', n2, false",
        "update, coordination.k8s.io, leases, kube-node-lease, n2, false",
        "create, authentication.k8s.io, selfsubjectreviews, '', '', true",
        "create, rbac.authorization.k8s.io, clusterrolebindings, '', '', false"
    })
    void a_node_does_what_it_needs_and_what_everybody_may(
            String verb, String group, String resource, String space, String name, boolean may) {
        RequestAttributes request =
                new RequestAttributes(NODE, verb, group, resource, "", space, name);
        assertThat(authorizer.allows(request)).isEqualTo(may);
    }

    /// The pod of `n1` mounts the secret `mounted`.
    private record OnePod() implements ObjectLookup {
        @Override
        public Optional<ObjectNode> find(String group, String plural, String space, String name) {
            return Optional.empty();
        }

        @Override
        public List<ObjectNode> all(String group, String plural, String space) {
            try {
                return plural.equals("pods") && space.equals("default")
                        ? List.of(
                                (ObjectNode)
                                        new ObjectMapper()
                                                .readTree(
                                                        """
                                                        {"spec": {"nodeName": "n1", "volumes":
                                                          [{"secret": {"secretName": "mounted"}}]}}\
                                                        """))
                        : List.of();
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// Grants what everybody may, whoever asks.
    private record Rest() implements Authorizer {
        @Override
        public Decision judge(RequestAttributes request) {
            return OF_EVERYBODY.allows(request) ? Decision.ALLOWED : Decision.REFUSED;
        }

        @Override
        public Decision judgePath(User user, String verb, String path) {
            return Decision.REFUSED;
        }

        @Override
        public List<PolicyRule> rules(User user, String namespace) {
            return List.of(OF_EVERYBODY);
        }
    }
}
