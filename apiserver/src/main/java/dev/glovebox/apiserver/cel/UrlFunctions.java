package dev.glovebox.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// URLs: absolute, or a path that begins with a slash. Source: apiserver's `cel/library/urls.go`.
final class UrlFunctions {
    private static final CelType URL = OpaqueType.create("kubernetes.URL");

    private UrlFunctions() {}

    static void addTo(Functions functions) {
        functions
                .global(
                        "url",
                        "string_to_url",
                        URL,
                        SimpleType.STRING,
                        String.class,
                        UrlFunctions::parse)
                .global(
                        "isURL",
                        "is_url_string",
                        SimpleType.BOOL,
                        SimpleType.STRING,
                        String.class,
                        UrlFunctions::isUrl);
        part(functions, "getScheme", "url_get_scheme", url -> orEmpty(url.getScheme()));
        part(functions, "getHost", "url_get_host", UrlFunctions::host);
        part(
                functions,
                "getHostname",
                "url_get_hostname",
                url -> orEmpty(url.getHost()).replaceAll("^\\[|\\]$", ""));
        part(
                functions,
                "getPort",
                "url_get_port",
                url -> url.getPort() < 0 ? "" : Integer.toString(url.getPort()));
        part(functions, "getEscapedPath", "url_get_escaped_path", url -> orEmpty(url.getRawPath()));
        functions.member(
                "getQuery",
                "url_get_query",
                MapType.create(SimpleType.STRING, ListType.create(SimpleType.STRING)),
                URL,
                URI.class,
                UrlFunctions::query);
    }

    private static void part(
            Functions functions,
            String name,
            String id,
            dev.cel.runtime.CelFunctionOverload.Unary<URI> function) {
        functions.member(name, id, SimpleType.STRING, URL, URI.class, function);
    }

    private static String orEmpty(@org.jspecify.annotations.Nullable String text) {
        return text == null ? "" : text;
    }

    private static String host(URI url) {
        String host = orEmpty(url.getHost());
        return url.getPort() < 0 ? host : host + ":" + url.getPort();
    }

    private static URI parse(String text) {
        try {
            URI uri = new URI(text);
            if (uri.isAbsolute() ? !uri.isOpaque() : text.startsWith("/")) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "URL parse error during conversion from string: " + e.getReason(), e);
        }
        throw new IllegalArgumentException(
                "URL parse error during conversion from string: invalid URI for request");
    }

    /// What is wrong with a URL; empty when nothing is.
    static List<String> wrong(String text) {
        try {
            parse(text);
            return List.of();
        } catch (IllegalArgumentException e) {
            return List.of("parse \"" + text + "\": invalid URI for request");
        }
    }

    private static boolean isUrl(String text) {
        return wrong(text).isEmpty();
    }

    private static Map<String, List<String>> query(URI url) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (String part : orEmpty(url.getRawQuery()).split("&", -1)) {
            if (!part.isEmpty()) {
                String[] pair = part.split("=", 2);
                query.computeIfAbsent(decoded(pair[0]), any -> new ArrayList<>())
                        .add(pair.length > 1 ? decoded(pair[1]) : "");
            }
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
