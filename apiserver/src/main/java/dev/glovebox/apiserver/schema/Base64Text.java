package dev.glovebox.apiserver.schema;

import java.util.Base64;

/// Bytes as JSON carries them: standard base64 with padding, line ends ignored. Source: Go's
/// `encoding/base64`, whose words a client sees.
public final class Base64Text {
    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private Base64Text() {}

    /// The bytes of a text that was accepted before.
    public static byte[] decode(String text) {
        return Base64.getMimeDecoder().decode(text);
    }

    /// The text of bytes.
    public static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /// The same bytes in canonical form.
    ///
    /// @throws MalformedException that names the first place which cannot be
    static String canonical(String text) {
        int letters = 0;
        int at = 0;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\r' || c == '\n') {
                continue;
            }
            if (ALPHABET.indexOf(c) < 0) {
                break;
            }
            letters++;
        }
        int rest = letters % 4;
        if (at == text.length() && rest != 0) {
            throw illegal(at - rest);
        }
        padding(text, at, rest);
        return encode(decode(text));
    }

    /// What follows the letters: nothing, or as many signs as complete the last four, and line
    /// ends.
    private static void padding(String text, int from, int rest) {
        int wanted = rest == 0 ? 0 : 4 - rest;
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\r' || c == '\n') {
                continue;
            }
            if (c != '=' || wanted == 0 || rest == 1) {
                throw illegal(at);
            }
            wanted--;
        }
        if (wanted > 0) {
            throw illegal(text.length());
        }
    }

    private static MalformedException illegal(int at) {
        return new MalformedException("illegal base64 data at input byte " + at);
    }
}
