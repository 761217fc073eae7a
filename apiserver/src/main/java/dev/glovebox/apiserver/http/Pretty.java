package dev.glovebox.apiserver.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import dev.glovebox.apiserver.Answer;
import dev.glovebox.http.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/// JSON for people to read. Whoever says `pretty` in the query decides; else those get it who ask
/// with a browser, curl or wget. Source: apiserver's `isPrettyPrint`.
final class Pretty {
    /// What is indented was made here, so nothing in it is too long or too deep.
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNameLength(Integer.MAX_VALUE)
                                    .maxNestingDepth(Integer.MAX_VALUE)
                                    .maxNumberLength(Integer.MAX_VALUE)
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .streamWriteConstraints(
                            StreamWriteConstraints.builder()
                                    .maxNestingDepth(Integer.MAX_VALUE)
                                    .build())
                    .build();

    private static final List<String> READERS = List.of("curl", "Wget", "Mozilla/5.0");
    private static final DefaultIndenter LINES = new DefaultIndenter("  ", "\n");
    private static final DefaultPrettyPrinter PRINTER =
            new DefaultPrettyPrinter(
                            Separators.createDefaultInstance()
                                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                                    .withObjectEmptySeparator("")
                                    .withArrayEmptySeparator(""))
                    .withObjectIndenter(LINES)
                    .withArrayIndenter(LINES);

    private Pretty() {}

    /// Whether a person reads the answer.
    static boolean isWanted(HttpExchange exchange) {
        String query = exchange.target().substring(exchange.target().indexOf('?') + 1);
        return Stream.of(query.split("&", -1))
                .filter(part -> part.startsWith("pretty=") && part.length() > "pretty=".length())
                .map(part -> List.of("1", "t", "T", "true", "TRUE", "True").contains(value(part)))
                .findFirst()
                .orElseGet(() ->
                        READERS.stream()
                                .anyMatch(
                                        exchange.headers().first("User-Agent").orElse("")
                                                ::startsWith));
    }

    private static String value(String part) {
        return part.substring(part.indexOf('=') + 1);
    }

    /// The same body, with indentation if it is JSON that a person reads.
    static Answer.Whole asWanted(HttpExchange exchange, Answer.Whole answer) {
        return isWanted(exchange) ? of(answer) : answer;
    }

    /// The same list, with indentation if it is JSON that a person reads.
    static Answer.Listing asWanted(HttpExchange exchange, Answer.Listing answer) {
        return isWanted(exchange) ? of(answer) : answer;
    }

    static Answer.Whole of(Answer.Whole answer) {
        return answer.contentType().equals("application/json") && answer.body().length > 0
                ? new Answer.Whole(
                        answer.code(), answer.contentType(), of(answer.body()), answer.warnings())
                : answer;
    }

    /// Made while it is sent, like the list.
    static Answer.Listing of(Answer.Listing answer) {
        return answer.contentType().equals("application/json")
                ? new Answer.Listing(
                        answer.contentType(),
                        out -> {
                            try (Indenting indented = new Indenting(out)) {
                                answer.body().writeTo(indented);
                            }
                        },
                        answer.warnings())
                : answer;
    }

    static byte[] of(byte[] json) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length * 2);
        try (Indenting indented = new Indenting(out)) {
            indented.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("a body of ours is no JSON", e);
        }
        return out.toByteArray();
    }

    /// Takes JSON in any pieces and passes it on with indentation. Closing it leaves what is below
    /// open.
    private static final class Indenting extends OutputStream {
        private final JsonParser parser = parser();
        private final ByteArrayFeeder feeder = (ByteArrayFeeder) parser.getNonBlockingInputFeeder();
        private final JsonGenerator generator;

        Indenting(OutputStream out) throws IOException {
            this.generator =
                    JSON.createGenerator(out)
                            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                            .disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT)
                            .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM)
                            .setPrettyPrinter(PRINTER.createInstance());
        }

        private static JsonParser parser() {
            try {
                return JSON.createNonBlockingByteArrayParser();
            } catch (IOException e) {
                throw new UncheckedIOException("a parser without input does not fail", e);
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            feeder.feedInput(bytes, from, from + length);
            copy();
        }

        private void copy() throws IOException {
            for (JsonToken token = parser.nextToken();
                    token != null && token != JsonToken.NOT_AVAILABLE;
                    token = parser.nextToken()) {
                generator.copyCurrentEventExact(parser);
            }
        }

        @Override
        public void close() throws IOException {
            feeder.endOfInput();
            copy();
            generator.close();
            parser.close();
        }
    }
}
