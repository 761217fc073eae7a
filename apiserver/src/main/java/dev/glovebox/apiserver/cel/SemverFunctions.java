package dev.glovebox.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import java.util.List;

/// Semantic versions. Source: apiserver's `cel/library/semverlib.go`, version 1.
final class SemverFunctions {
    private static final CelType SEMVER = OpaqueType.create("kubernetes.Semver");
    private static final List<CelType> TWO = List.of(SEMVER, SEMVER);
    private static final List<CelType> LENIENT = List.of(SimpleType.STRING, SimpleType.BOOL);

    private SemverFunctions() {}

    static void addTo(Functions functions) {
        functions
                .global(
                        "semver",
                        "string_to_semver",
                        SEMVER,
                        SimpleType.STRING,
                        String.class,
                        Semver::parse)
                .global(
                        "semver",
                        "string_bool_to_semver",
                        SEMVER,
                        LENIENT,
                        String.class,
                        Boolean.class,
                        SemverFunctions::parse)
                .global(
                        "isSemver",
                        "is_semver_string",
                        SimpleType.BOOL,
                        SimpleType.STRING,
                        String.class,
                        text -> isSemver(text, false))
                .global(
                        "isSemver",
                        "is_semver_string_bool",
                        SimpleType.BOOL,
                        LENIENT,
                        String.class,
                        Boolean.class,
                        SemverFunctions::isSemver);
        part(functions, "major", 0);
        part(functions, "minor", 1);
        part(functions, "patch", 2);
        functions
                .member(
                        "isGreaterThan",
                        "semver_is_greater_than",
                        SimpleType.BOOL,
                        TWO,
                        Semver.class,
                        Semver.class,
                        (left, right) -> left.compareTo(right) > 0)
                .member(
                        "isLessThan",
                        "semver_is_less_than",
                        SimpleType.BOOL,
                        TWO,
                        Semver.class,
                        Semver.class,
                        (left, right) -> left.compareTo(right) < 0)
                .member(
                        "compareTo",
                        "semver_compare_to",
                        SimpleType.INT,
                        TWO,
                        Semver.class,
                        Semver.class,
                        (left, right) -> (long) left.compareTo(right));
    }

    private static void part(Functions functions, String name, int index) {
        functions.member(
                name,
                "semver_" + name,
                SimpleType.INT,
                SEMVER,
                Semver.class,
                version -> version.numbers().get(index));
    }

    private static Semver parse(String text, boolean leniently) {
        return leniently ? Semver.parseLeniently(text) : Semver.parse(text);
    }

    private static boolean isSemver(String text, boolean leniently) {
        try {
            parse(text, leniently);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
