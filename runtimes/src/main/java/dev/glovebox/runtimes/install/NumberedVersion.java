package dev.glovebox.runtimes.install;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A version of numbers with dots between them, such as `1.8.1`.
///
/// @param numbers at least two
record NumberedVersion(List<Integer> numbers) implements Comparable<NumberedVersion> {
    private static final Pattern NUMBERS = Pattern.compile("\\b\\d{1,6}(\\.\\d{1,6}){1,3}");

    NumberedVersion {
        numbers = List.copyOf(numbers);
    }

    /// The first such version in a text.
    static Optional<NumberedVersion> in(String text) {
        Matcher matcher = NUMBERS.matcher(text);
        return matcher.find()
                ? Optional.of(
                        new NumberedVersion(
                                Arrays.stream(matcher.group().split("\\.", -1))
                                        .map(Integer::valueOf)
                                        .toList()))
                : Optional.empty();
    }

    /// Whoever can keep a source from being reached must not choose an older version by that. What
    /// says no number is not compared.
    ///
    /// @throws InstallException where a version is older than the one in use
    static void refuseOlder(String fresh, Installation now, String origin) {
        Optional<NumberedVersion> one = in(fresh);
        Optional<NumberedVersion> other = in(now.version());
        if (one.isPresent() && other.isPresent() && one.get().compareTo(other.get()) < 0) {
            throw new InstallException(
                    "%s has %s, which is older than the %s in use; say --from or --version to have it nevertheless, or `rollback` for the one before"
                            .formatted(origin, fresh, now.version()));
        }
    }

    /// What has fewer numbers has zeros in the place of the others.
    @Override
    public int compareTo(NumberedVersion other) {
        for (int i = 0; i < Math.max(numbers.size(), other.numbers.size()); i++) {
            int order = Integer.compare(at(i), other.at(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private int at(int index) {
        return index < numbers.size() ? numbers.get(index) : 0;
    }
}
