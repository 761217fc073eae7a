package dev.glovebox.node.pull;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which repositories a credential is for, as the keys of a Docker configuration say: a registry's
/// host with its port, each label of which may be a pattern, and what the repository begins with.
/// The rules are those of the kubelet's keyring (`pkg/credentialprovider`) as it is compiled: of
/// the signs that Kubernetes' documentation names for patterns, Go's parser of URLs leaves `*`.
///
/// @param text host and path; keys are tried from the greatest text to the least, so that the
///   longer one of two paths comes first
record RegistryKey(String text, List<LabelGlob> labels, String port, String path) {
    /// Docker Hub's, for images without a registry in their name.
    static final String DEFAULT = "index.docker.io";

    private static final int LONGEST = 1024;
    private static final Pattern HOST =
            Pattern.compile("(?:[A-Za-z0-9._*-]+|\\[[0-9a-fA-F:.]+\\])(?::[0-9]*)?");

    RegistryKey {
        labels = List.copyOf(labels);
    }

    /// Reads a key. Empty where it is none, or longer than any image's name.
    static Optional<RegistryKey> parse(String key) {
        if (key.length() > LONGEST) {
            return Optional.empty();
        }
        String rest = cut(cut(withoutScheme(key), '#'), '?');
        int slash = rest.indexOf('/');
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        String path = path(slash < 0 ? "" : rest.substring(slash));
        if (!HOST.matcher(host).matches()) {
            return Optional.empty();
        }
        Place place = Place.of(host);
        List<LabelGlob> labels = place.labels().stream().map(LabelGlob::new).toList();
        return Optional.of(new RegistryKey(host + path, labels, place.port(), path));
    }

    private static String withoutScheme(String key) {
        if (key.startsWith("https://")) {
            return key.substring("https://".length());
        }
        return key.startsWith("http://") ? key.substring("http://".length()) : key;
    }

    private static String cut(String text, char end) {
        int at = text.indexOf(end);
        return at < 0 ? text : text.substring(0, at);
    }

    /// The registry's API versions are no part of a repository's name.
    private static String path(String path) {
        String bare =
                path.startsWith("/v1/") || path.startsWith("/v2/")
                        ? path.substring("/v1".length())
                        : path;
        return bare.equals("/") ? "" : bare;
    }

    /// Whether it is for a repository.
    ///
    /// @param repository in full, with its registry, for example `docker.io/library/busybox`
    boolean matches(String repository) {
        int slash = repository.indexOf('/');
        Place place = Place.of(slash < 0 ? repository : repository.substring(0, slash));
        if (!place.port().equals(port)
                || place.labels().size() != labels.size()
                || !(slash < 0 ? "" : repository.substring(slash)).startsWith(path)) {
            return false;
        }
        for (int i = 0; i < labels.size(); i++) {
            if (!labels.get(i).matches(place.labels().get(i))) {
                return false;
            }
        }
        return true;
    }

    /// A host and its port, which is empty where it has none.
    private record Place(List<String> labels, String port) {
        static Place of(String host) {
            int colon = host.lastIndexOf(':');
            boolean bracketed = host.startsWith("[") && host.indexOf(']') == colon - 1;
            if (colon < 0 || (host.indexOf(':') != colon && !bracketed)) {
                return new Place(List.of(host.split("\\.", -1)), "");
            }
            String name = bracketed ? host.substring(1, colon - 1) : host.substring(0, colon);
            return new Place(List.of(name.split("\\.", -1)), host.substring(colon + 1));
        }
    }
}
