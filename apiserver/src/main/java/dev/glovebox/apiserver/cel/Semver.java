package dev.glovebox.apiserver.cel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/// A semantic version (semver.org, 2.0.0). Two are equal when neither comes before the other, so
/// build metadata does not count.
///
/// @param numbers major, minor and patch, unsigned
/// @param pre identifiers of a version before the release; empty for a release
record Semver(List<Long> numbers, List<String> pre) implements Comparable<Semver> {
    private static final Pattern DIGITS = Pattern.compile("[0-9]*");
    private static final Pattern IDENTIFIER = Pattern.compile("[-a-zA-Z0-9]*");
    private static final List<String> NAMES = List.of("major", "minor", "patch");

    Semver {
        numbers = List.copyOf(numbers);
        pre = List.copyOf(pre);
    }

    /// @throws IllegalArgumentException that says in Kubernetes' words what is wrong
    static Semver parse(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("Version string empty");
        }
        String[] parts = text.split("\\.", 3);
        if (parts.length < 3) {
            throw new IllegalArgumentException("No Major.Minor.Patch elements found");
        }
        String rest = parts[2];
        String build = null;
        int plus = rest.indexOf('+');
        if (plus >= 0) {
            build = rest.substring(plus + 1);
            rest = rest.substring(0, plus);
        }
        String pre = null;
        int dash = rest.indexOf('-');
        if (dash >= 0) {
            pre = rest.substring(dash + 1);
            rest = rest.substring(0, dash);
        }
        parts[2] = rest;
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            numbers.add(number(parts[i], NAMES.get(i)));
        }
        List<String> before = pre == null ? List.of() : List.of(pre.split("\\.", -1));
        before.forEach(Semver::checkPre);
        if (build != null) {
            Arrays.asList(build.split("\\.", -1)).forEach(Semver::checkBuild);
        }
        return new Semver(numbers, before);
    }

    /// What is meant by a version such as `v1.02`: `1.2.0`.
    ///
    /// @throws IllegalArgumentException that says in Kubernetes' words what is wrong
    static Semver parseLeniently(String text) {
        String bare = text.startsWith("v") ? text.substring(1) : text;
        List<String> parts = new ArrayList<>();
        for (String part : bare.split("\\.", 3)) {
            parts.add(part.length() > 1 ? withoutZeros(part) : part);
        }
        if (parts.size() < 3 && parts.getLast().matches("(?s).*[-+].*")) {
            throw new IllegalArgumentException(
                    "short version cannot contain PreRelease/Build meta data");
        }
        while (parts.size() < 3) {
            parts.add("0");
        }
        return parse(String.join(".", parts));
    }

    private static String withoutZeros(String text) {
        int at = 0;
        while (at < text.length() && text.charAt(at) == '0') {
            at++;
        }
        boolean digit = at < text.length() && isDigit(text.charAt(at));
        return (digit ? "" : "0") + text.substring(at);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static long number(String text, String name) {
        if (!DIGITS.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "Invalid character(s) found in %s number \"%s\"".formatted(name, text));
        }
        if (text.length() > 1 && text.startsWith("0")) {
            throw new IllegalArgumentException(
                    "%s number must not contain leading zeroes \"%s\""
                            .formatted(
                                    Character.toUpperCase(name.charAt(0)) + name.substring(1),
                                    text));
        }
        return unsigned(text);
    }

    private static long unsigned(String text) {
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            String why = text.isEmpty() ? "invalid syntax" : "value out of range";
            throw new IllegalArgumentException(
                    "strconv.ParseUint: parsing \"" + text + "\": " + why, e);
        }
    }

    private static boolean isNumber(String text) {
        return DIGITS.matcher(text).matches();
    }

    private static void checkPre(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("Prerelease is empty");
        }
        if (isNumber(text)) {
            if (text.length() > 1 && text.startsWith("0")) {
                throw new IllegalArgumentException(
                        "Numeric PreRelease version must not contain leading zeroes \""
                                + text
                                + "\"");
            }
            unsigned(text);
        } else if (!IDENTIFIER.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "Invalid character(s) found in prerelease \"" + text + "\"");
        }
    }

    private static void checkBuild(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("Build meta data is empty");
        }
        if (!IDENTIFIER.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "Invalid character(s) found in build meta data \"" + text + "\"");
        }
    }

    @Override
    public int compareTo(Semver other) {
        for (int i = 0; i < 3; i++) {
            int compared = Long.compareUnsigned(numbers.get(i), other.numbers.get(i));
            if (compared != 0) {
                return Integer.signum(compared);
            }
        }
        if (pre.isEmpty() || other.pre.isEmpty()) {
            return Boolean.compare(pre.isEmpty(), other.pre.isEmpty());
        }
        for (int i = 0; i < Math.min(pre.size(), other.pre.size()); i++) {
            int compared = compare(pre.get(i), other.pre.get(i));
            if (compared != 0) {
                return compared;
            }
        }
        return Integer.compare(pre.size(), other.pre.size());
    }

    /// Numbers come before names.
    private static int compare(String left, String right) {
        boolean number = isNumber(left);
        if (number != isNumber(right)) {
            return number ? -1 : 1;
        }
        return Integer.signum(
                number
                        ? Long.compareUnsigned(unsigned(left), unsigned(right))
                        : left.compareTo(right));
    }
}
