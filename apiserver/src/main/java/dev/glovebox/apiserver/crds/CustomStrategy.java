package dev.glovebox.apiserver.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.fields.FieldFilter;
import dev.glovebox.apiserver.kinds.Conversion;
import dev.glovebox.apiserver.kinds.KindNames;
import dev.glovebox.apiserver.kinds.PrinterColumn;
import dev.glovebox.apiserver.kinds.Scaling;
import dev.glovebox.apiserver.kinds.Strategy;
import dev.glovebox.apiserver.kinds.Trees;
import dev.glovebox.apiserver.kinds.UpdateStrategy;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.MetaRules;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/// How objects of one version of a definition are dealt with. Source: apiextensions'
/// `registry/customresource`.
final class CustomStrategy implements Strategy {
    private final Facts facts;
    private final DefinedVersions versions;
    private final List<PrinterColumn> columns;
    private final Map<String, Function<JsonNode, String>> fields;
    private final Optional<Scaling> scaling;
    private final CustomRules rules;

    /// What a definition says of a version.
    ///
    /// @param apiVersion of its objects
    /// @param openApi its schema
    /// @param subresources that it has
    /// @param deprecation what every answer warns of
    /// @param terminating whether there will be no objects of it any more
    record Facts(
            String apiVersion,
            KindNames names,
            JsonNode openApi,
            JsonNode subresources,
            Optional<String> deprecation,
            boolean terminating) {
        Facts {
            Objects.requireNonNull(apiVersion, "apiVersion");
            Objects.requireNonNull(names, "names");
            Objects.requireNonNull(openApi, "openApi");
            Objects.requireNonNull(subresources, "subresources");
            Objects.requireNonNull(deprecation, "deprecation");
        }

        boolean hasStatus() {
            return subresources.has("status");
        }
    }

    CustomStrategy(
            Facts facts,
            DefinedVersions versions,
            List<PrinterColumn> columns,
            Map<String, Function<JsonNode, String>> fields,
            Optional<Scaling> scaling) {
        this.facts = facts;
        this.versions = versions;
        this.columns = List.copyOf(columns);
        this.fields = Map.copyOf(fields);
        this.scaling = scaling;
        this.rules = new CustomRules(facts);
    }

    @Override
    public void checkMetadata(JsonNode metadata, FieldErrors errors) {
        MetaRules.checkDefined(metadata, names(), errors);
    }

    @Override
    public boolean countsGenerations() {
        return true;
    }

    @Override
    public boolean replacesUnconditionally() {
        return false;
    }

    @Override
    public Optional<String> deprecation() {
        return facts.deprecation();
    }

    @Override
    public Optional<Conversion> conversion() {
        return Optional.of(versions);
    }

    @Override
    public List<PrinterColumn> columns() {
        return columns;
    }

    @Override
    public Map<String, Function<JsonNode, String>> fields() {
        return fields;
    }

    @Override
    public Optional<Scaling> scaling() {
        return scaling;
    }

    @Override
    public void prepareCreate(ObjectNode object) {
        if (facts.terminating()) {
            String group = facts.apiVersion().substring(0, facts.apiVersion().indexOf('/'));
            String name = object.path("metadata").path("name").asText();
            throw new ApiException(
                    StatusReason.FORBIDDEN,
                    "%s.%s \"%s\" is forbidden: create not allowed while custom resource definition is terminating"
                            .formatted(facts.names().plural(), group, name),
                    new ApiException.Details(name, group, facts.names().plural(), List.of()));
        }
        if (facts.hasStatus()) {
            object.remove("status");
        }
    }

    @Override
    public void validateCreate(ObjectNode object, FieldErrors errors) {
        rules.checkNew(object, errors);
    }

    @Override
    public Optional<UpdateStrategy> update(String subresource) {
        return switch (subresource) {
            case "" -> Optional.of(new Whole());
            case "status" -> facts.hasStatus() ? Optional.of(new Status()) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private final class Whole implements UpdateStrategy {
        @Override
        public void prepare(ObjectNode object, ObjectNode old) {
            if (facts.hasStatus()) {
                UpdateStrategy.keep(object, old, "status");
            }
            List<String> metadata = List.of("metadata");
            ObjectNode now = object.deepCopy().without(metadata);
            ObjectNode before = old.deepCopy().without(metadata);
            if (!now.equals(before)) {
                long generation = old.path("metadata").path("generation").asLong();
                Trees.object(object, "metadata").put("generation", generation + 1);
            }
        }

        @Override
        public FieldFilter counted() {
            return facts.hasStatus() ? FieldFilter.without("status") : FieldFilter.ALL;
        }

        @Override
        public void validate(ObjectNode object, ObjectNode old, FieldErrors errors) {
            rules.checkChanged(object, old, errors);
        }
    }

    /// Nothing but the status changes.
    private final class Status implements UpdateStrategy {
        @Override
        public void prepare(ObjectNode object, ObjectNode old) {
            JsonNode status = object.get("status");
            JsonNode managed = object.path("metadata").get("managedFields");
            object.removeAll();
            object.setAll(old.deepCopy());
            if (managed != null) {
                Trees.object(object, "metadata").set("managedFields", managed);
            }
            if (status == null) {
                object.remove("status");
            } else {
                object.set("status", status);
            }
        }

        @Override
        public FieldFilter counted() {
            return FieldFilter.without("metadata", "spec");
        }

        @Override
        public void validate(ObjectNode object, ObjectNode old, FieldErrors errors) {
            rules.checkStatus(object, old, errors);
        }
    }
}
