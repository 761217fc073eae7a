# Finds a JDK that can build and run Glovebox.

oldest_jdk=25

# The major version of the JDK in a directory, from its own release file; nothing where it is none,
# or has no compiler.
jdk_version() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
    while IFS='=' read -r key value; do
        if [ "$key" = JAVA_VERSION ]; then
            value=${value#\"}
            value=${value%%[!0-9]*}
            printf '%s' "$value"
            return 0
        fi
    done <"$1/release"
}

jdk_serves() {
    version=$(jdk_version "$1")
    [ -n "$version" ] && [ "$version" -ge "$oldest_jdk" ]
}

# Prints the first that serves: JAVA_HOME, then PATH, then where Debian and others install them.
jdk_home() {
    if [ -n "${JAVA_HOME:-}" ] && jdk_serves "$JAVA_HOME"; then
        printf '%s' "$JAVA_HOME"
        return 0
    fi
    if onpath=$(command -v javac); then
        onpath=$(readlink -f "$onpath")
        onpath=${onpath%/bin/javac}
        if jdk_serves "$onpath"; then
            printf '%s' "$onpath"
            return 0
        fi
    fi
    for directory in "${GLOVEBOX_JVMS:-/usr/lib/jvm}"/*; do
        if [ ! -L "$directory" ] && jdk_serves "$directory"; then
            printf '%s' "$directory"
            return 0
        fi
    done
    return 1
}

# Sets jdk, or says what to install.
find_jdk() {
    jdk=$(jdk_home) || fail "no JDK $oldest_jdk found in JAVA_HOME, on PATH or under /usr/lib/jvm; $(jdk_cure)"
}

jdk_cure() {
    if apt-cache show "openjdk-$oldest_jdk-jdk-headless" >/dev/null 2>&1; then
        printf 'run: sudo apt-get install openjdk-%s-jdk-headless' "$oldest_jdk"
    else
        printf 'install one from https://adoptium.net (package temurin-%s-jdk), or set JAVA_HOME to one' "$oldest_jdk"
    fi
}
