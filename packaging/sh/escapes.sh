# Compares a runtime's version with the published escapes in escapes.txt.

# Whether version $1 is $2 or newer; release candidates come before their release.
at_least() {
    [ "$(printf '%s\n%s\n' "$2" "$1" | sed 's/-rc\.\{0,1\}/~rc/' | sort -V | sed -n 1p)" = "$(printf '%s' "$2" | sed 's/-rc\.\{0,1\}/~rc/')" ]
}

# Whether version $1 has the fix that came in the versions $2: by the one of its own branch, or
# because it is not older than the newest of them.
mended() {
    newest=
    for fix in $(printf '%s' "$2" | tr ',' ' '); do
        newest=$fix
        case $1 in
            "$(printf '%s' "$fix" | cut -d. -f1-2)".*) if at_least "$1" "$fix"; then return 0; fi ;;
        esac
    done
    at_least "$1" "$newest"
}

# Whether the distribution says that it mended $2 in the package that the file $1 is of: versions of
# its packages stay what they were when a fix is taken into them.
mended_in_package() {
    package=$(dpkg-query -S "$1" 2>/dev/null | sed -n '1s/[:,].*//p') || return 1
    changes=/usr/share/doc/$package/changelog.Debian.gz
    [ -n "$package" ] && [ -r "$changes" ] && zcat "$changes" 2>/dev/null | grep -qw "$2"
}

# Prints a line for each escape that version $2 of program $1 has, whose file is $3: CVE, what it is,
# and the versions that mend it.
escapes_of() {
    sed -n "s/^$1 | //p" "$home/packaging/sh/escapes.txt" | while IFS='|' read -r cve since fixed what source; do
        cve=${cve% } since=${since# } fixed=${fixed# } what=${what# } source=${source# }
        if at_least "$2" "${since% }" && ! mended "$2" "${fixed% }" && ! mended_in_package "$3" "$cve"; then
            printf '%s: %s; mended in %s (%s)\n' "$cve" "${what% }" "${fixed% }" "$source"
        fi
    done
}
