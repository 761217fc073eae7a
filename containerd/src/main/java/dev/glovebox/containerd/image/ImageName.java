package dev.glovebox.containerd.image;

import java.util.Optional;
import java.util.regex.Pattern;

/// Names of images as people type them, in full as containerd keeps them (`busybox` is
/// `docker.io/library/busybox:latest`), by the rules of the distribution project's references.
public final class ImageName {
    private static final Pattern DOMAIN =
            Pattern.compile(
                    "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?");
    private static final Pattern PATH =
            Pattern.compile(
                    "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final int LONGEST = 512;

    private ImageName() {}

    /// The name in full, with tag or digest; empty when the text is no image's name.
    public static Optional<String> inFull(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        int at = text.indexOf('@');
        String digest = at < 0 ? "" : text.substring(at + 1);
        String rest = at < 0 ? text : text.substring(0, at);
        int colon = rest.lastIndexOf(':');
        boolean tagged = colon > rest.lastIndexOf('/');
        String tag = tagged ? rest.substring(colon + 1) : "";
        String repository = repository(tagged ? rest.substring(0, colon) : rest);
        if (repository.isEmpty()
                || (at >= 0 && !Digests.isDigest(digest))
                || (tagged && !TAG.matcher(tag).matches())) {
            return Optional.empty();
        }
        String suffix = tagged ? ":" + tag : at < 0 ? ":latest" : "";
        return Optional.of(repository + suffix + (at < 0 ? "" : "@" + digest));
    }

    /// The repository of a name, in full with its registry (`docker.io/library/busybox`), without
    /// tag and digest; empty when the text is no image's name.
    public static Optional<String> repositoryOf(String text) {
        return inFull(text)
                .map(name -> {
                    int at = name.indexOf('@');
                    String tagged = at < 0 ? name : name.substring(0, at);
                    int colon = tagged.lastIndexOf(':');
                    return colon > tagged.lastIndexOf('/') ? tagged.substring(0, colon) : tagged;
                });
    }

    /// The repository with its registry, or nothing when it is malformed.
    private static String repository(String text) {
        int slash = text.indexOf('/');
        String first = slash < 0 ? "" : text.substring(0, slash);
        boolean hasDomain =
                first.contains(".")
                        || first.contains(":")
                        || first.equals("localhost")
                        || !first.equals(first.toLowerCase(java.util.Locale.ROOT));
        String domain = hasDomain ? first : "docker.io";
        String path = hasDomain ? text.substring(slash + 1) : text;
        if (domain.equals("index.docker.io")) {
            domain = "docker.io";
        }
        if (domain.equals("docker.io") && !path.contains("/")) {
            path = "library/" + path;
        }
        return DOMAIN.matcher(domain).matches() && PATH.matcher(path).matches()
                ? domain + "/" + path
                : "";
    }
}
