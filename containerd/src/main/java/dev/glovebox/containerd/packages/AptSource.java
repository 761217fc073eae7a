package dev.glovebox.containerd.packages;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// One source of packages that the system's own apt configuration names: an archive, some of its
/// suites and components, and who signs it. Options that weaken checks (`trusted`,
/// `allow-insecure`) are not carried.
///
/// @param uris the archive's addresses, as the user wrote them
/// @param suites the suites, or paths, as the user wrote them
/// @param components the components; empty for a flat archive
/// @param signedBy apt's `Signed-By`: key files, fingerprints, or a whole key on several lines;
///   empty means every key that apt trusts
record AptSource(List<String> uris, List<String> suites, List<String> components, String signedBy) {
    private static final Pattern BASE_SUITE = Pattern.compile("[a-z]+");

    AptSource {
        uris = List.copyOf(uris);
        suites = List.copyOf(suites);
        components = List.copyOf(components);
    }

    /// Whether this looks like a distribution's main archive: a plain suite such as `bookworm`, and
    /// the component `main`. Third parties look the same; what they serve is kept out by its
    /// origin.
    boolean isMainArchive() {
        return components.contains("main")
                && suites.stream().anyMatch(suite -> BASE_SUITE.matcher(suite).matches());
    }

    /// Whether it is signed by the keys that Debian installs for its own archive.
    boolean namesDebiansKeyring() {
        return signedBy.toLowerCase(Locale.ROOT).contains("debian-archive");
    }

    /// The suites of this source that belong to `suite`: itself, its updates, its security fixes.
    List<String> suitesOf(String suite) {
        return suites.stream()
                .map(name -> name.endsWith("/") ? name.substring(0, name.length() - 1) : name)
                .filter(name ->
                        name.equals(suite)
                                || name.equals(suite + "-updates")
                                || name.equals(suite + "-security"))
                .toList();
    }

    /// The same archive and signer, for other suites and the component `main` alone.
    AptSource forSuites(List<String> others) {
        return new AptSource(uris, others, List.of("main"), signedBy);
    }

    /// As a deb822 stanza that asks apt for package lists and nothing else.
    String stanza() {
        StringBuilder text =
                new StringBuilder()
                        .append("Types: deb\nURIs: ")
                        .append(String.join(" ", uris))
                        .append("\nSuites: ")
                        .append(String.join(" ", suites))
                        .append("\nComponents: ")
                        .append(String.join(" ", components))
                        .append("\nTargets: Packages\n");
        if (!signedBy.isEmpty()) {
            text.append("Signed-By: ").append(signedBy).append('\n');
        }
        return text.toString();
    }
}
