package dev.glovebox.apiserver.cel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import org.junit.jupiter.api.Test;

/// Whether an admission webhook is called, by its conditions.
class MatchConditionsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String OBJECT =
            "{\"metadata\":{\"name\":\"c\",\"namespace\":\"n\"},\"spec\":{\"replicas\":3}}";
    private static final String REQUEST =
            """
            {"kind":{"group":"","version":"v1","kind":"Pod"},"name":"c","namespace":"n",
             "operation":"CREATE","dryRun":true,"options":{"kind":"CreateOptions"},
             "userInfo":{"username":"alice","groups":["g"],"extra":{"k":["v"]}}}
            """;

    /// Somebody who may get pods of one namespace.
    private record May(String namespace) implements Access {
        @Override
        public boolean allows(ResourceCheck check, String verb) {
            return check.resource().equals("pods")
                    && check.namespace().equals(namespace)
                    && verb.equals("get");
        }

        @Override
        public boolean allowsPath(String path, String verb) {
            return path.equals("/healthz");
        }

        @Override
        public Access of(String where, String name) {
            return new May(where + "/" + name);
        }
    }

    private static MatchConditions.Result evaluate(String... expressions) {
        ArrayNode list = MAPPER.createArrayNode();
        for (String expression : expressions) {
            list.addObject().put("name", "c").put("expression", expression);
        }
        Access may = new May("n");
        return MatchConditions.of(list)
                .evaluate(
                        new MatchConditions.Input(
                                json(OBJECT),
                                NullNode.instance,
                                json(REQUEST),
                                may,
                                new Access.ResourceCheck(may, "", "pods", "", "n", "c")));
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static void holds(String expression) {
        assertThat(evaluate(expression))
                .as(expression)
                .isEqualTo(new MatchConditions.Result.Match());
    }

    @Test
    void objects_and_requests_are_looked_at() {
        holds("object.metadata.namespace == 'n' && object.spec.replicas == 3");
        holds("oldObject == null");
        holds("request.namespace == 'n' && request.operation == 'CREATE' && request.dryRun");
        holds("request.kind.group == '' && request.options.kind == 'CreateOptions'");
        holds("'g' in request.userInfo.groups && request.userInfo.extra['k'][0] == 'v'");
        holds("!has(request.subResource) && !has(object.metadata.labels)");
    }

    @Test
    void the_authorizer_is_asked() {
        String pods = "authorizer.group('').resource('pods')";
        holds(pods + ".namespace('n').check('get').allowed()");
        holds("!" + pods + ".namespace('n').check('delete').allowed()");
        holds("!" + pods + ".namespace('m').subresource('x').name('y').check('get').allowed()");
        holds("authorizer.path('/healthz').check('get').allowed()");
        holds("authorizer.requestResource.check('get').allowed()");
        holds(
                "authorizer.serviceAccount('a', 'b').group('').resource('pods').namespace('a/b').check('get').allowed()");
    }

    @Test
    void one_that_does_not_hold_outweighs_one_that_fails() {
        assertThat(evaluate("object.data.x == '1'"))
                .isEqualTo(
                        new MatchConditions.Result.Failed(
                                "expression 'object.data.x == '1'' resulted in error: no such key: data"));
        assertThat(evaluate("object.data.x == '1'", "false"))
                .isEqualTo(new MatchConditions.Result.Excluded());
    }

    @Test
    void what_costs_too_much_fails() {
        String digits = "[0,1,2,3,4,5,6,7,8,9]";
        String loops = digits + ".all(a, " + digits + ".all(b, %s))";
        String all = "a >= 0";
        for (int depth = 0; depth < 4; depth++) {
            all = loops.formatted(all);
        }
        assertThat(evaluate(all)).isInstanceOf(MatchConditions.Result.Failed.class);
    }

    @Test
    void what_does_not_compile_is_told() {
        assertThat(MatchConditions.wrong("true")).isEmpty();
        assertThat(MatchConditions.wrong("1")).contains("must evaluate to bool but got int");
        assertThat(MatchConditions.wrong("params.x").orElseThrow())
                .startsWith(
                        "compilation failed: ERROR: <input>:1:1: undeclared reference to 'params'");
        assertThat(MatchConditions.wrong("request.foo == ''").orElseThrow())
                .contains("undefined field 'foo'");
    }
}
