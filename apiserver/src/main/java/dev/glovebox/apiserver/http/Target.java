package dev.glovebox.apiserver.http;

import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Path and query of a request, decoded (RFC 3986; a plus in the query is a space).
record Target(String path, Map<String, List<String>> query) {
    /// @throws ApiException reason `BadRequest` for what cannot be decoded
    static Target parse(String encoded) {
        int mark = encoded.indexOf('?');
        String path = mark < 0 ? encoded : encoded.substring(0, mark);
        if (!path.startsWith("/")) {
            throw new ApiException(StatusReason.BAD_REQUEST, "the request names no path");
        }
        Map<String, List<String>> query = new LinkedHashMap<>();
        if (mark >= 0) {
            for (String pair : encoded.substring(mark + 1).split("&", -1)) {
                if (!pair.isEmpty()) {
                    int equals = pair.indexOf('=');
                    String name = equals < 0 ? pair : pair.substring(0, equals);
                    String value = equals < 0 ? "" : pair.substring(equals + 1);
                    query.computeIfAbsent(decode(name, true), any -> new ArrayList<>())
                            .add(decode(value, true));
                }
            }
        }
        return new Target(decode(path, false), query);
    }

    private static String decode(String text, boolean plusIsSpace) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                out.write(octet(text, i));
                i += 2;
            } else if (c == '+' && plusIsSpace) {
                out.write(' ');
            } else {
                // HTTP hands bytes over as characters of the same number.
                out.write(c);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static int octet(String text, int at) {
        int high = at + 2 <= text.length() - 1 ? Character.digit(text.charAt(at + 1), 16) : -1;
        int low = at + 2 <= text.length() - 1 ? Character.digit(text.charAt(at + 2), 16) : -1;
        if (high < 0 || low < 0) {
            throw new ApiException(
                    StatusReason.BAD_REQUEST, "the request's path is not encoded as URLs are");
        }
        return high * 16 + low;
    }
}
