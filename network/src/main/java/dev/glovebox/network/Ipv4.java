package dev.glovebox.network;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// How IPv4 addresses are written.
public final class Ipv4 {
    /// One of the four numbers, in the one spelling that everybody reads alike: to nft `010` is 8.
    static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

    private static final Pattern ADDRESS = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern PADDED =
            Pattern.compile(
                    IntStream.range(0, 4)
                            .mapToObj(_ -> "0*" + OCTET)
                            .collect(Collectors.joining("\\.")));

    private Ipv4() {}

    /// The address without leading zeros; empty for what is none. `010.0.0.1` is `10.0.0.1`, as it
    /// is to Kubernetes.
    public static Optional<String> spelled(String text) {
        Matcher found = PADDED.matcher(text);
        if (!found.matches()) {
            return Optional.empty();
        }
        MatchResult octets = found.toMatchResult();
        return Optional.of(
                IntStream.rangeClosed(1, 4)
                        .mapToObj(octets::group)
                        .collect(Collectors.joining(".")));
    }

    static boolean isPlain(String address) {
        return ADDRESS.matcher(address).matches();
    }
}
