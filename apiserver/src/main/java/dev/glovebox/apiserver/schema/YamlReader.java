package dev.glovebox.apiserver.schema;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.ByteArrayInputStream;
import java.io.CharConversionException;
import java.io.IOException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/// Reads YAML into the same tree as JSON. Anchors are not followed: an alias is refused, so that a
/// small body cannot grow into a large object.
public final class YamlReader {
    private static final YAMLFactory YAML = factory();

    private YamlReader() {}

    private static YAMLFactory factory() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(4 << 20);
        options.setNestingDepthLimit(500);
        options.setMaxAliasesForCollections(0);
        YAMLFactory factory = YAMLFactory.builder().loaderOptions(options).build();
        factory.setStreamReadConstraints(JsonReader.BOUNDS);
        return factory;
    }

    /// Reads one document.
    ///
    /// @throws IOException when it is none, nests too deeply or holds an alias
    public static JsonReader.Document yaml(byte[] bytes) throws IOException {
        try (JsonParser parser =
                new NoAliases(YAML.createParser(new ByteArrayInputStream(bytes)))) {
            return JsonReader.read(parser);
        } catch (JacksonException e) {
            throw switch (e.getCause()) {
                case MarkedYAMLException marked -> new IOException(words(marked), e);
                case YAMLException unread
                        when unread.getCause() instanceof CharConversionException ->
                        new IOException("invalid leading UTF-8 octet", e);
                case null, default -> e;
            };
        }
    }

    /// Where it went wrong, and what, in the words that clients of Kubernetes know where there are
    /// any. Reads a file of settings, in YAML or JSON, in which no field is there twice.
    ///
    /// @throws IllegalArgumentException in a sentence for a person
    public static JsonNode settings(byte[] file) {
        try {
            JsonReader.Document document = yaml(file);
            if (!document.doubled().isEmpty()) {
                throw new IllegalArgumentException("a field is there twice");
            }
            return document.root();
        } catch (IOException e) {
            throw new IllegalArgumentException("neither JSON nor YAML: " + e.getMessage(), e);
        }
    }

    private static String words(MarkedYAMLException e) {
        String problem = String.valueOf(e.getProblem());
        if (problem.contains("(TAB)")) {
            problem = "found a tab character that violates indentation";
        } else if (problem.contains("mapping values are not allowed")) {
            problem = "mapping values are not allowed in this context";
        }
        int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
        return line == 0 ? problem : "line " + line + ": " + problem;
    }

    private static final class NoAliases
            extends com.fasterxml.jackson.core.util.JsonParserDelegate {
        private final YAMLParser yaml;

        NoAliases(YAMLParser yaml) {
            super(yaml);
            this.yaml = yaml;
        }

        @Override
        public com.fasterxml.jackson.core.JsonToken nextToken() throws IOException {
            com.fasterxml.jackson.core.JsonToken token = super.nextToken();
            if (yaml.isCurrentAlias()) {
                throw new IOException("yaml: aliases are not accepted");
            }
            return token;
        }
    }
}
