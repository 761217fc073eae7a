package dev.glovebox.apiserver.http;

import java.nio.charset.StandardCharsets;

/// Paths and queries of requests that are passed on. What is decoded is encoded anew, so that
/// nothing means more at the other side than it did when it was authorised.
final class PassedPath {
    /// What stands for itself in a path, beside letters and digits (RFC 3986, `pchar`).
    private static final String PLAIN = "/-._~!$&'()*+,;=:@";

    private PassedPath() {}

    /// A decoded path as URLs write it.
    static String encoded(String path) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) Byte.toUnsignedInt(octet);
            boolean plain =
                    (c >= '0' && c <= '9')
                            || (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || PLAIN.indexOf(c) >= 0;
            append(encoded, c, plain);
        }
        return encoded.toString();
    }

    /// The query of a request as it came, with its question mark; empty if there is none. What no
    /// query may hold is encoded.
    static String query(String target) {
        int mark = target.indexOf('?');
        StringBuilder query = new StringBuilder();
        for (int i = mark; i >= 0 && i < target.length(); i++) {
            char c = target.charAt(i);
            append(query, c, c > ' ' && c <= '~' && c != '#');
        }
        return query.toString();
    }

    private static void append(StringBuilder text, char octet, boolean plain) {
        text.append(plain ? String.valueOf(octet) : "%%%02X".formatted((int) octet & 0xff));
    }
}
