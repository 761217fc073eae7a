package dev.glovebox.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.cel.runtime.CelEvaluationException;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.structural.CorrelatedItems;
import dev.glovebox.apiserver.structural.JsonEquality;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The rules of a schema and of all schemas below it, compiled. Safe for use by any thread. Source:
/// apiextensions' `schema/cel`.
public final class SchemaRules {
    private static final String RULES = "x-kubernetes-validations";
    private static final int LONGEST_MESSAGE = 5 << 10;

    private final JsonNode schema;
    private final boolean whole;
    private final List<CompiledRule> rules;
    private final Map<String, SchemaRules> properties = new LinkedHashMap<>();
    private final Optional<SchemaRules> items;
    private final Optional<SchemaRules> values;

    private SchemaRules(JsonNode schema, boolean whole) {
        this.schema = schema;
        this.whole = whole;
        this.rules = compiled(schema, whole);
        for (var property : schema.path("properties").properties()) {
            below(property.getValue()).ifPresent(rules -> properties.put(property.getKey(), rules));
        }
        this.items = below(schema.path("items"));
        this.values = below(schema.path("additionalProperties"));
    }

    /// The rules for objects of a schema; empty when there are none.
    public static Optional<SchemaRules> of(JsonNode schema) {
        return some(new SchemaRules(schema, true));
    }

    private static Optional<SchemaRules> below(JsonNode schema) {
        return schema.isObject()
                ? some(
                        new SchemaRules(
                                schema, schema.path("x-kubernetes-embedded-resource").asBoolean()))
                : Optional.empty();
    }

    private static Optional<SchemaRules> some(SchemaRules rules) {
        boolean none =
                rules.rules.isEmpty()
                        && rules.properties.isEmpty()
                        && rules.items.isEmpty()
                        && rules.values.isEmpty();
        return none ? Optional.empty() : Optional.of(rules);
    }

    private static List<CompiledRule> compiled(JsonNode schema, boolean whole) {
        return schema.path(RULES).isEmpty() ? List.of() : CompiledRule.all(schema, whole);
    }

    /// Notes which rules an object breaks. When the budget is used up, that is the last thing that
    /// is noted: an object of which nobody knows whether it is right is wrong.
    ///
    /// @param old the object before; missing for a new one
    public void check(JsonNode object, JsonNode old, FieldErrors errors) {
        try {
            check(Path.ROOT, object, old, errors, new Budget(Budget.PER_OBJECT));
        } catch (Spent e) {
            errors.invalidAsIs(shown(e.path), TextNode.valueOf(e.type), e.words);
        }
    }

    /// Nothing more can be evaluated.
    private static final class Spent extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Path path;
        private final String type;
        private final String words;

        Spent(Path path, String type, String words) {
            super(words, null, false, false);
            this.path = path;
            this.type = type;
            this.words = words;
        }
    }

    private void check(Path path, JsonNode value, JsonNode old, FieldErrors errors, Budget budget)
            throws Spent {
        if (value.isNull() || value.isMissingNode()) {
            return;
        }
        if (!rules.isEmpty()) {
            own(path, value, old.isNull() ? MissingNode.getInstance() : old, errors, budget);
        }
        if (value.isArray() && items.isPresent()) {
            CorrelatedItems before = CorrelatedItems.of(schema, old);
            for (int i = 0; i < value.size(); i++) {
                JsonNode item = value.get(i);
                items.get().check(path.index(i), item, before.of(item), errors, budget);
            }
        } else if (value.isObject()) {
            for (var field : value.properties()) {
                JsonNode before = old.path(field.getKey());
                SchemaRules property = properties.get(field.getKey());
                if (property != null) {
                    property.check(
                            path.field(field.getKey()), field.getValue(), before, errors, budget);
                } else if (values.isPresent()) {
                    values.get()
                            .check(
                                    path.key(field.getKey()),
                                    field.getValue(),
                                    before,
                                    errors,
                                    budget);
                }
            }
        }
    }

    private void own(Path path, JsonNode value, JsonNode old, FieldErrors errors, Budget budget)
            throws Spent {
        Object self = Values.of(schema, value, whole);
        Optional<Object> oldSelf =
                old.isMissingNode() ? Optional.empty() : Optional.of(Values.of(schema, old, whole));
        for (CompiledRule rule : rules) {
            if (rule.rule().isEmpty()) {
                invalid(path, "rule compile error: " + rule.ruleError(), errors);
                continue;
            }
            if (rule.usesOldSelf() && oldSelf.isEmpty() && !rule.optionalOldSelf()) {
                continue;
            }
            Map<String, Object> variables = new HashMap<>();
            variables.put("self", self);
            if (rule.optionalOldSelf()) {
                variables.put("oldSelf", oldSelf);
            } else {
                oldSelf.ifPresent(known -> variables.put("oldSelf", known));
            }
            boolean unchanged =
                    !rule.usesOldSelf() && !old.isMissingNode() && JsonEquality.same(value, old);
            if (!holds(rule, variables, path, errors, budget) && !unchanged) {
                broken(rule, variables, path, errors, budget);
            }
        }
    }

    /// Whether a rule holds; one that cannot be evaluated is noted and counts as if it held.
    private boolean holds(
            CompiledRule rule,
            Map<String, Object> variables,
            Path path,
            FieldErrors errors,
            Budget budget)
            throws Spent {
        try {
            return Boolean.TRUE.equals(rule.rule().orElseThrow().value(variables, budget));
        } catch (CelEvaluationException e) {
            invalid(path, Expression.words(e) + " evaluating rule: " + rule.name(), errors);
            return true;
        } catch (Budget.Exhausted e) {
            throw spent(
                    e,
                    path,
                    "'operation cancelled: actual cost limit exceeded': no further validation"
                            + " rules will be run due to call cost exceeds limit for rule: "
                            + rule.name());
        }
    }

    private Spent spent(Budget.Exhausted e, Path path, String ofCall) {
        return new Spent(
                path,
                type(),
                e.total()
                        ? "validation failed due to running out of cost budget, no further"
                                + " validation rules will be run"
                        : ofCall);
    }

    private void broken(
            CompiledRule rule,
            Map<String, Object> variables,
            Path path,
            FieldErrors errors,
            Budget budget)
            throws Spent {
        String detail = rule.words();
        if (rule.message().isPresent()) {
            try {
                detail = message(rule.message().get().value(variables, budget), detail);
            } catch (CelEvaluationException e) {
                // As in Kubernetes, the message that needs no evaluation takes its place.
                detail = rule.words();
            } catch (Budget.Exhausted e) {
                throw spent(
                        e,
                        path,
                        "no further validation rules will be run due to call cost exceeds limit"
                                + " for messageExpression: \""
                                + rule.source().path("messageExpression").asText()
                                + "\"");
            }
        }
        String blamed = rule.fieldPath(schema);
        Path at = shown(blamed.isEmpty() ? path : path.field(blamed));
        switch (rule.source().path("reason").asText()) {
            case "FieldValueForbidden" -> errors.forbidden(at, detail);
            case "FieldValueRequired" -> errors.required(at, detail);
            case "FieldValueDuplicate" -> errors.duplicate(at, type());
            default -> errors.invalidAsIs(at, TextNode.valueOf(type()), detail);
        }
    }

    private static String message(Object evaluated, String otherwise) {
        String text = evaluated instanceof String words ? words.strip() : "";
        boolean usable =
                !text.isEmpty() && text.length() <= LONGEST_MESSAGE && text.indexOf('\n') < 0;
        return usable ? text : otherwise;
    }

    private void invalid(Path path, String detail, FieldErrors errors) {
        errors.invalidAsIs(shown(path), TextNode.valueOf(type()), detail);
    }

    private String type() {
        return schema.path("type").asText();
    }

    private static Path shown(Path path) {
        return path.text().isEmpty() ? Path.of("<nil>") : path;
    }
}
