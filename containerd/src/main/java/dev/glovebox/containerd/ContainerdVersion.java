package dev.glovebox.containerd;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Version of a containerd, as `containerd --version` prints it.
public record ContainerdVersion(int major, int minor, int patch)
        implements Comparable<ContainerdVersion> {
    /// The oldest that we know to work: CRI v1 came with 1.6.
    public static final ContainerdVersion OLDEST = new ContainerdVersion(1, 6, 0);

    private static final Pattern NUMBER = Pattern.compile("\\bv?(\\d+)\\.(\\d+)\\.(\\d+)");

    /// The version in such a text; empty if there is none.
    public static Optional<ContainerdVersion> parse(String text) {
        Matcher matcher = NUMBER.matcher(text);
        return matcher.find()
                ? Optional.of(
                        new ContainerdVersion(
                                Integer.parseInt(matcher.group(1)),
                                Integer.parseInt(matcher.group(2)),
                                Integer.parseInt(matcher.group(3))))
                : Optional.empty();
    }

    /// The configuration version that it is given: 3 from containerd 2.0 on, else 2.
    public int configVersion() {
        return major >= 2 ? 3 : 2;
    }

    @Override
    public int compareTo(ContainerdVersion other) {
        int byMajor = Integer.compare(major, other.major);
        int byMinor = byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
        return byMinor != 0 ? byMinor : Integer.compare(patch, other.patch);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
