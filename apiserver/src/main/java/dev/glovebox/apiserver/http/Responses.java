package dev.glovebox.apiserver.http;

import dev.glovebox.apiserver.Answer;
import dev.glovebox.apiserver.StatusObject;
import dev.glovebox.http.Headers;
import dev.glovebox.http.HttpExchange;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes complete answers. This is the one place where a refusal becomes an HTTP response.
final class Responses {
    private static final Logger LOG = LoggerFactory.getLogger(Responses.class);

    /// Smaller bodies are not worth compressing, in bytes; as in kube-apiserver.
    static final int WORTH_COMPRESSING = 128 << 10;

    /// Most characters of all warnings of an answer.
    private static final int WARNED = 4096;

    /// Most characters of one of them where they are too long together.
    private static final int WARNING = 256;

    private Responses() {}

    /// What a client is told whom the server has no room for.
    static ApiException tooMany() {
        return new ApiException(
                StatusReason.TOO_MANY_REQUESTS, "Too many requests, please try again later.");
    }

    /// What a client is told of a mistake of ours; the log has the rest.
    static ApiException internal(HttpExchange exchange, RuntimeException cause) {
        LOG.atError()
                .addKeyValue("method", exchange.method())
                .addKeyValue("target", exchange.target())
                .setCause(cause)
                .log("request failed");
        return new ApiException(
                StatusReason.INTERNAL_ERROR,
                "Internal error occurred: see the server's log for the cause");
    }

    static void send(HttpExchange exchange, ApiException refusal) throws IOException {
        Headers headers = common("application/json");
        if (refusal.reason() == StatusReason.TOO_MANY_REQUESTS) {
            headers = headers.with("Retry-After", "1");
        }
        ApiException.Details details = refusal.details();
        if (details != null && details.retryAfterSeconds() > 0) {
            headers = headers.with("Retry-After", Integer.toString(details.retryAfterSeconds()));
        }
        headers = warned(headers, refusal.warnings());
        byte[] body = StatusObject.of(refusal).toString().getBytes(StandardCharsets.UTF_8);
        exchange.respond(
                refusal.code(), headers, Pretty.isWanted(exchange) ? Pretty.of(body) : body);
    }

    static void send(HttpExchange exchange, Answer.Whole answer) throws IOException {
        Headers headers = warned(common(answer.contentType()), answer.warnings());
        byte[] body = answer.body();
        if (body.length >= WORTH_COMPRESSING && accepts(exchange, "gzip")) {
            headers = gzipped(headers);
            body = gzip(body);
        }
        exchange.respond(answer.code(), headers, body);
    }

    /// The headers of a compressed body.
    static Headers gzipped(Headers headers) {
        return headers.with("Content-Encoding", "gzip").with("Vary", "Accept-Encoding");
    }

    /// Headers with warnings, each once. Where they are too long together, each is cut off, and
    /// when they have become too many, the rest is left out, as in kube-apiserver.
    static Headers warned(Headers headers, List<String> warnings) {
        boolean fit = warnings.stream().mapToInt(String::length).sum() <= WARNED;
        Headers all = headers;
        int written = 0;
        for (String warning : new LinkedHashSet<>(warnings)) {
            if (written >= WARNED) {
                break;
            }
            boolean whole = fit || warning.length() <= WARNING;
            String text = whole ? warning : warning.substring(0, WARNING);
            written += text.length();
            all = all.with("Warning", "299 - \"" + quoted(text) + "\"");
        }
        return all;
    }

    /// Headers of every answer.
    ///
    /// @param contentType empty for an answer without a body
    static Headers common(String contentType) {
        Headers type =
                contentType.isEmpty() ? Headers.NONE : Headers.of("Content-Type", contentType);
        return type.with("Cache-Control", "no-cache, private")
                .with("X-Content-Type-Options", "nosniff");
    }

    /// Whether the client takes bodies in that coding.
    static boolean accepts(HttpExchange exchange, String coding) {
        for (String clause : exchange.headers().joined("Accept-Encoding").split(",", -1)) {
            String[] parts = clause.split(";", -1);
            boolean refused = parts.length > 1 && parts[1].strip().matches("q=0(\\.0*)?");
            if (parts[0].strip().equalsIgnoreCase(coding) && !refused) {
                return true;
            }
        }
        return false;
    }

    private static byte[] gzip(byte[] body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 8);
        try (Gzip gzip = new Gzip(out)) {
            gzip.write(body);
            gzip.finish();
        }
        return out.toByteArray();
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(c < ' ' ? ' ' : c);
        }
        return quoted.toString();
    }
}
