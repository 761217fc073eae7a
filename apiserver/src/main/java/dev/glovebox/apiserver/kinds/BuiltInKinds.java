package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.apiserver.schema.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Kubernetes' own kinds: a line each, the rest are facts from `resources.json`.
public final class BuiltInKinds {
    private BuiltInKinds() {}

    /// Reads the catalogue; once a process is enough.
    ///
    /// @param services ranges of the Services' addresses, the usual first
    /// @param more kinds that are declared elsewhere
    public static KindCatalogue catalogue(
            Schemas schemas, List<ServiceRange> services, List<Declaration> more) {
        JsonNode facts = facts();
        return new KindCatalogue(
                Stream.of(
                                CoreKinds.ALL,
                                List.of(CoreKinds.services(services)),
                                WorkloadKinds.ALL,
                                StorageKinds.ALL,
                                AccessKinds.ALL,
                                ExtensionKinds.ALL,
                                MetricsKinds.ALL,
                                more)
                        .flatMap(List::stream)
                        .sorted(
                                Comparator.comparing(Declaration::group)
                                        .thenComparing(Declaration::plural))
                        .map(declaration -> kind(declaration, facts, schemas))
                        .toList());
    }

    private static JsonNode facts() {
        try (InputStream in = BuiltInKinds.class.getResourceAsStream("resources.json")) {
            if (in == null) {
                throw new IllegalStateException("resources.json is not on the class path");
            }
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("resources.json", e);
        }
    }

    private static Kind kind(Declaration declaration, JsonNode facts, Schemas schemas) {
        List<Subresource> subresources = new ArrayList<>();
        JsonNode main = null;
        for (JsonNode fact : facts) {
            String resource = fact.path("resource").asText();
            boolean same =
                    fact.path("group").asText().equals(declaration.group())
                            && fact.path("version").asText().equals(declaration.versions().get(0));
            if (same && resource.equals(declaration.plural())) {
                main = fact;
            } else if (same && resource.startsWith(declaration.plural() + "/")) {
                subresources.add(subresource(fact, declaration));
            }
        }
        if (main == null) {
            throw new IllegalStateException("resources.json knows no " + declaration.plural());
        }
        subresources.sort(Comparator.comparing(Subresource::name));
        return new Kind(
                declaration.group(),
                declaration.versions(),
                names(main, declaration.plural()),
                main.path("namespaced").asBoolean(),
                words(main.path("verbs")),
                subresources,
                schemas.get(declaration.schema()),
                declaration.strategy());
    }

    private static KindNames names(JsonNode fact, String plural) {
        return new KindNames(
                fact.path("kind").asText(),
                plural,
                fact.path("singularName").asText(),
                words(fact.path("shortNames")),
                words(fact.path("categories")));
    }

    private static Subresource subresource(JsonNode fact, Declaration declaration) {
        JsonNode response = fact.path("responseKind");
        return new Subresource(
                fact.path("resource").asText().substring(declaration.plural().length() + 1),
                fact.path("kind").asText(),
                response.path("group").asText(declaration.group()),
                response.path("version").asText(declaration.versions().getFirst()),
                words(fact.path("verbs")));
    }

    private static List<String> words(JsonNode list) {
        List<String> words = new ArrayList<>();
        list.forEach(word -> words.add(word.asText()));
        return words;
    }
}
