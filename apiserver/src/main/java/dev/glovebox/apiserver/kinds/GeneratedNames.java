package dev.glovebox.apiserver.kinds;

import java.security.SecureRandom;

/// Names that nobody chose. Safe for use by any thread.
public final class GeneratedNames {
    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final int MOST_PREFIX = 58;
    private static final SecureRandom RANDOM = new SecureRandom();

    private GeneratedNames() {}

    /// A prefix, cut where it is too long for a name, and five letters and digits.
    public static String after(String prefix) {
        StringBuilder name =
                new StringBuilder(prefix.substring(0, Math.min(prefix.length(), MOST_PREFIX)));
        for (int i = 0; i < 5; i++) {
            name.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return name.toString();
    }
}
