package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/// Rules about where a webhook is. Source: apiserver's `util/webhook/validation.go`.
public final class ClientConfigRules {
    private static final String FORM = "; desired format: https://host[/path]";

    private ClientConfigRules() {}

    /// Rules for a `clientConfig`.
    public static void check(JsonNode config, Path path, FieldErrors errors) {
        if (config.has("url") == config.has("service")) {
            errors.required(path, "exactly one of url or service is required");
        } else if (config.has("url")) {
            url(config.path("url").asText(), path.field("url"), errors);
        } else {
            service(config.path("service"), path.field("service"), errors);
        }
    }

    private static void url(String text, Path path, FieldErrors errors) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            errors.required(
                    path,
                    "url must be a valid URL: parse \"%s\": %s%s"
                            .formatted(text, e.getReason(), FORM));
            return;
        }
        String scheme = orEmpty(url.getScheme());
        if (!scheme.equals("https")) {
            errors.invalid(path, scheme, "'https' is the only allowed URL scheme" + FORM);
        }
        String authority = orEmpty(url.getRawAuthority());
        int at = authority.lastIndexOf('@');
        if (authority.substring(at + 1).isEmpty()) {
            errors.invalid(path, "", "host must be specified" + FORM);
        }
        if (at >= 0) {
            errors.invalid(
                    path,
                    authority.substring(0, at),
                    "user information is not permitted in the URL");
        }
        if (!orEmpty(url.getRawFragment()).isEmpty()) {
            errors.invalid(path, url.getRawFragment(), "fragments are not permitted in the URL");
        }
        if (!orEmpty(url.getRawQuery()).isEmpty()) {
            errors.invalid(
                    path, url.getRawQuery(), "query parameters are not permitted in the URL");
        }
    }

    private static String orEmpty(@org.jspecify.annotations.Nullable String text) {
        return Optional.ofNullable(text).orElse("");
    }

    private static void service(JsonNode service, Path path, FieldErrors errors) {
        for (String field : new String[] {"name", "namespace"}) {
            if (service.path(field).asText().isEmpty()) {
                errors.required(path.field(field), "");
            }
        }
        JsonNode port = service.path("port");
        Words.portNumber(port.asLong())
                .forEach(wrong ->
                        errors.invalid(path.field("port"), port, "port is not valid: " + wrong));
        String given = service.path("path").asText();
        if (!given.isEmpty() && !given.equals("/")) {
            segments(given, path.field("path"), errors);
        }
    }

    private static void segments(String given, Path path, FieldErrors errors) {
        if (given.equals("//")) {
            errors.invalid(path, given, "segment[0] may not be empty");
            return;
        }
        if (!given.startsWith("/")) {
            errors.invalid(path, given, "must start with a '/'");
        }
        String rest = given.substring(1);
        String[] steps =
                (rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest).split("/", -1);
        for (int i = 0; i < steps.length; i++) {
            String segment = "segment[" + i + "]";
            if (steps[i].isEmpty()) {
                errors.invalid(path, given, segment + " may not be empty");
                continue;
            }
            for (String wrong : Words.subdomain(steps[i])) {
                errors.invalid(path, given, segment + ": " + wrong);
            }
        }
    }
}
