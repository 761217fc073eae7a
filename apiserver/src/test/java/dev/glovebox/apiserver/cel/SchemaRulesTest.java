package dev.glovebox.apiserver.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.structural.Amount;
import dev.glovebox.apiserver.structural.ExpressionCheck;
import dev.glovebox.apiserver.structural.SchemaCheck;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaRulesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROPERTIES =
            """
            {"low":{"type":"integer"},"high":{"type":"integer"},"ratio":{"type":"number"},
             "name":{"type":"string"},"other":{"type":"string"},"when":{"type":"string","format":"date-time"},
             "long":{"type":"string","format":"duration"},
             "port":{"x-kubernetes-int-or-string":true},"a-b.c/d":{"type":"integer"},
             "namespace":{"type":"string"},
             "numbers":{"type":"array","items":{"type":"integer"}},
             "tags":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
             "parts":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["id"],
                      "items":{"type":"object","properties":{"id":{"type":"string"},"n":{"type":"integer"}}}},
             "labels":{"type":"object","additionalProperties":{"type":"string"}}}
            """;

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /// A schema whose `spec` has these rules.
    private static JsonNode schema(String rules) {
        ObjectNode schema = JSON.createObjectNode().put("type", "object");
        ObjectNode spec = schema.putObject("properties").putObject("spec").put("type", "object");
        spec.set("properties", json(PROPERTIES));
        spec.set("x-kubernetes-validations", json(rules));
        return schema;
    }

    private static ObjectNode rule(String text) {
        return JSON.createObjectNode().put("rule", text);
    }

    private static List<String> broken(String rules, String spec, JsonNode old) {
        FieldErrors errors = new FieldErrors();
        ObjectNode object = JSON.createObjectNode();
        object.set("spec", json(spec));
        SchemaRules.of(schema(rules)).orElseThrow().check(object, old, errors);
        return errors.causes().stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .toList();
    }

    private static List<String> broken(String rule, String spec) {
        return broken("[" + rule(rule) + "]", spec, MissingNode.getInstance());
    }

    private static List<String> refused(String rule) {
        FieldErrors errors = new FieldErrors();
        JsonNode spec = schema("[" + rule + "]").at("/properties/spec");
        new RuleCheck(SchemaCheck.Change.NEW)
                .check(
                        spec,
                        new ExpressionCheck.Place(
                                Path.of("spec"), false, null, Optional.of(Amount.ONE)),
                        errors);
        return errors.causes().stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "self.low <= self.high && self.low < 1.5",
                "!has(self.other) && has(self.name)",
                "self.ratio == 2.0 && self.ratio > self.low",
                "self.when > timestamp('2019-01-01T00:00:00Z') && self.when.getFullYear() == 2020",
                "self.long == duration('90s')",
                "self.port == 80 && type(self.port) == int",
                "self.a__dash__b__dot__c__slash__d == 7",
                "self.__namespace__ == 'n'",
                "self.numbers.sum() == 6 && self.numbers.isSorted() && self.numbers.max() == 3",
                "self.numbers.indexOf(2) == 1 && self.numbers.lastIndexOf(9) == -1",
                "self.numbers.map(x, x * 2).filter(x, x > 2) == [4, 6]",
                "self.numbers.all(i, x, x == i + 1) && self.numbers.exists_one(x, x == 2)",
                "self.tags == ['b', 'a'] && self.tags + ['a', 'c'] == ['a', 'b', 'c']",
                "self.parts.exists(p, p.id == 'x' && p.n == 1) && size(self.parts) == 2",
                "self.labels['k'] == 'v' && 'k' in self.labels && self.labels.all(k, k != 'q')",
                "self.name.matches('^[a-z]+$') && self.name.find('[b-c]+') == 'bc'",
                "'a1b22'.findAll('[0-9]+') == ['1', '22'] && 'a1b22'.findAll('[0-9]+', 1) == ['1']",
                "self.name.indexOf('c') == 2 && self.name.replace('b', 'x') == 'axc'",
                "'a,b'.split(',') == ['a', 'b'] && ['a', 'b'].join('-') == 'a-b'",
                "'aa'.replace('', '-') == '-a-a-' && self.name.upperAscii() == 'ABC'",
                "'%s is %d of %.2f'.format([self.name, self.low, self.ratio]) == 'abc is 1 of 2.00'",
                "quantity('1Gi').isGreaterThan(quantity('1G')) && quantity('500m').add(quantity('500m')).asInteger() == 1",
                "isQuantity('1.5') && !isQuantity('x') && sign(quantity('-1')) == -1",
                "ip('10.0.0.1').family() == 4 && !isIP('10.0.0') && ip('::1').isLoopback()",
                "cidr('10.0.0.0/8').containsIP('10.1.2.3') && cidr('10.1.2.3/8').masked().ip() == ip('10.0.0.0')",
                "url('https://h:80/p?q=1').getHostname() == 'h' && url('/p').getEscapedPath() == '/p' && !isURL('x')",
                "url('https://h:80/p?q=1').getQuery()['q'] == ['1'] && string(ip('10.0.0.1')) == '10.0.0.1'",
                "sets.contains(self.tags, ['a']) && sets.equivalent([1, 1], [1]) && !sets.intersects([1], [2])",
                "optional.of(self.low + 1).optMap(x, x + x).value() == 4",
                "self.?other.orValue('none') == 'none' && self.?name.hasValue()",
                "[1, 2].transformList(i, v, v + i) == [1, 3]",
                "self == self && self.parts[0] != self.parts[1]",
                "semver('1.2.3').isLessThan(semver('1.10.0')) && semver('v1.02', true) == semver('1.2.0+x')",
                "semver('2.1.0-rc.1').minor() == 1 && semver('1.0.0-1').compareTo(semver('1.0.0-a')) == -1",
                "isSemver('1.0.0') && !isSemver('1.0') && !isSemver('v1.0.0') && isSemver('v1.0', true)",
                "!isSemver('1.0.0-01') && !isSemver('1.0.0+') && !isSemver('1.0-a', true) && isSemver('01.1.1', true)",
                "!format.dns1123Label().validate(self.name).hasValue()",
                "format.dns1123Label().validate('A').value()[0].contains('RFC 1123')",
                "format.named('uuid').value() == format.uuid() && !format.named('email').hasValue()",
                "format.uri().validate('a b').hasValue() && !format.uri().validate('/a').hasValue()",
                "!format.dns1035LabelPrefix().validate('a-').hasValue() && format.dns1035Label().validate('a-').hasValue()",
                "format.date().validate('2020-02-30').value() == ['invalid date']",
            })
    void the_language_is_kubernetes(String rule) {
        assertThat(refused(rule(rule).toString()))
                .allSatisfy(words -> assertThat(words).contains("estimated rule cost"));
        assertThat(
                        broken(
                                rule,
                                """
                                {"low":1,"high":2,"ratio":2,"name":"abc","when":"2020-01-02T03:04:05Z",
                                 "long":"1m30s","port":80,"a-b.c/d":7,"namespace":"n",
                                 "numbers":[1,2,3],"tags":["a","b"],
                                 "parts":[{"id":"x","n":1},{"id":"y"}],"labels":{"k":"v"}}
                                """))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "authorizer.path('/').check('get').allowed()",
                "jsonpatch.escapeKey(self.name) == 'a'",
                "cel.bind(x, self.low, x > 1)",
                "[1, 2].reverse() == [2, 1]",
                "self.name.reverse() == 'a'",
                "self.bogus == 1",
                "self.metadata.name == ''",
            })
    void what_is_not_known_does_not_compile(String rule) {
        assertThat(refused(rule(rule).toString()))
                .isNotEmpty()
                .allMatch(error -> error.contains("compilation failed"))
                .allMatch(error ->
                        error.contains("undeclared reference")
                                || error.contains("undefined field"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "self.name.matches('(')",
                "self.long == duration('1')",
                "self.when > timestamp('yesterday')",
                "[1, 'a'].size() > 0",
                "{'a': 1, 'b': 'c'}.size() > 0",
            })
    void what_can_never_be_evaluated_does_not_compile(String rule) {
        assertThat(refused(rule(rule).toString()))
                .singleElement()
                .asString()
                .containsPattern("compilation failed: .*(invalid \\w+ argument|expected type)");
    }

    @Test
    void rules_are_checked_for_their_types() {
        assertThat(refused("{\"rule\":\"self.name > 3\"}"))
                .singleElement()
                .asString()
                .endsWith(
                        "compilation failed: ERROR: <input>:1:11: found no matching overload for"
                                + " '_>_' applied to '(string, int)'\n | self.name > 3\n"
                                + " | ..........^");
        assertThat(refused("{\"rule\":\"self.name\"}").toString())
                .contains("cel expression must evaluate to a bool");
        assertThat(refused("{\"rule\":\"true\",\"messageExpression\":\"1\"}").toString())
                .contains("messageExpression must evaluate to a string");
        assertThat(refused("{\"rule\":\"true\",\"optionalOldSelf\":true}").toString())
                .contains("may not be set if oldSelf is not used in rule");
    }

    @Test
    void a_broken_rule_says_what_it_was_told_to_say() {
        assertThat(broken("self.low > 3", "{\"low\":1}"))
                .containsExactly("spec: Invalid value: \"object\": failed rule: self.low > 3");
        String rules =
                """
                [{"rule":"self.low > 3","messageExpression":"'low is ' + string(self.low)",
                  "reason":"FieldValueForbidden","fieldPath":".low"},
                 {"rule":"self.low > 4","message":"never mind","messageExpression":"self.name",
                  "fieldPath":".labels['a.b']"}]
                """;
        assertThat(broken(rules, "{\"low\":1}", MissingNode.getInstance()))
                .containsExactly(
                        "spec.low: Forbidden: low is 1",
                        "spec.labels[a.b]: Invalid value: \"object\": never mind");
    }

    @Test
    void a_rule_that_cannot_be_evaluated_is_broken() {
        assertThat(broken("self.low > 3", "{}"))
                .containsExactly(
                        "spec: Invalid value: \"object\": no such key: low evaluating rule: self.low"
                                + " > 3");
    }

    @Test
    void transitions_are_asked_only_where_there_was_something_before() {
        String rules = "[{\"rule\":\"self.low >= oldSelf.low\"}]";
        JsonNode old = json("{\"spec\":{\"low\":2}}");
        assertThat(broken(rules, "{\"low\":1}", MissingNode.getInstance())).isEmpty();
        assertThat(broken(rules, "{\"low\":1}", old)).hasSize(1);
        String optional =
                "[{\"rule\":\"oldSelf.hasValue() || self.low == 0\",\"optionalOldSelf\":true}]";
        assertThat(broken(optional, "{\"low\":1}", MissingNode.getInstance())).hasSize(1);
        assertThat(broken(optional, "{\"low\":1}", old)).isEmpty();
    }

    @Test
    void items_of_a_list_with_keys_are_compared_with_what_they_were() {
        ObjectNode schema = (ObjectNode) schema("[]");
        ((ObjectNode) schema.at("/properties/spec/properties/parts/items"))
                .set("x-kubernetes-validations", json("[{\"rule\":\"self.n >= oldSelf.n\"}]"));
        FieldErrors errors = new FieldErrors();
        SchemaRules.of(schema)
                .orElseThrow()
                .check(
                        json(
                                "{\"spec\":{\"parts\":[{\"id\":\"c\",\"n\":0},{\"id\":\"a\",\"n\":1}]}}"),
                        json("{\"spec\":{\"parts\":[{\"id\":\"a\",\"n\":2}]}}"),
                        errors);
        assertThat(errors.causes()).hasSize(1);
        assertThat(errors.causes().getFirst().field()).isEqualTo("spec.parts[1]");
    }

    @Test
    void what_did_not_change_is_not_held_against_a_change() {
        assertThat(
                        broken(
                                "[{\"rule\":\"self.low > 3\"}]",
                                "{\"low\":1}",
                                json("{\"spec\":{\"low\":1}}")))
                .isEmpty();
    }

    private static String numbers(int count) {
        ArrayNode numbers = JSON.createArrayNode();
        for (int i = 0; i < count; i++) {
            numbers.add(i);
        }
        return JSON.createObjectNode().set("numbers", numbers).toString();
    }

    /// Each would run for hours, or fill the memory, if it were let.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "self.numbers.all(a, self.numbers.all(b, self.numbers.all(c, self.numbers.all(d, a + b + c + d >= 0))))",
                "self.numbers.exists(a, self.numbers.exists(b, self.numbers.exists(c, self.numbers.exists(d, a + b + c + d < 0)))) || true",
                "self.numbers.map(a, self.numbers.map(b, self.numbers.map(c, a + b + c))).size() > 0",
                "['xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'].all(a, [a+a+a+a+a+a+a+a].all(b, [b+b+b+b+b+b+b+b].all(c, [c+c+c+c+c+c+c+c].all(d, [d+d+d+d+d+d+d+d].all(e, [e+e+e+e+e+e+e+e].all(f, [f+f+f+f+f+f+f+f].all(g, [g+g+g+g+g+g+g+g].all(h, h.size() > 0))))))))",
                "[[1,1,1,1]].all(a, [[a,a,a,a,a,a,a,a]].all(b, [[b,b,b,b,b,b,b,b]].all(c, [[c,c,c,c,c,c,c,c]].all(d, [[d,d,d,d,d,d,d,d]].all(e, [[e,e,e,e,e,e,e,e]].all(f, [[f,f,f,f,f,f,f,f]].all(g, [[g,g,g,g,g,g,g,g]].all(h, h == h))))))))",
                "self.numbers.all(a, self.numbers.map(x, string(x)).join('').replace('', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx').replace('', 'xxxxxxxxxxxxxxxxxxxxxxxxx').size() > 0)",
                "self.numbers.all(a, self.numbers.all(b, self.numbers == self.numbers))",
                "self.numbers.all(a, self.numbers.all(b, self.numbers.map(x, 'a').join('').matches('(a|aa|aaa)*b') || true))",
            })
    void a_rule_that_would_run_for_hours_is_stopped_and_refuses(String rule) {
        List<String> errors =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(30), () -> broken(rule, numbers(2000)));
        assertThat(errors).singleElement().asString().contains("cost");
    }

    @Test
    void all_rules_of_an_object_share_a_budget() {
        ArrayNode rules = JSON.createArrayNode();
        for (int i = 0; i < 200; i++) {
            rules.add(rule("self.numbers.all(a, self.numbers.exists(b, b == a || " + i + " < 0))"));
        }
        List<String> errors =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(60),
                        () -> broken(rules.toString(), numbers(300), MissingNode.getInstance()));
        assertThat(errors)
                .containsExactly(
                        "spec: Invalid value: \"object\": validation failed due to running out of"
                                + " cost budget, no further validation rules will be run");
    }
}
