# Builds Glovebox from its sources when they are newer than what was built, and starts it.
#
# What runs is never below a module's target/: each build is laid out in a directory of its own below
# .glovebox-build, so that a new build does not pull the jars from under a running engine.

modules='native,cli,engine'

# Lets the build be ready in $built, or fails. GLOVEBOX_BUILD=never: without Maven, from the jars that
# there are.
prepare() {
    built=$work/current
    if ! stale; then
        built=$(readlink -f "$built")
        return 0
    fi
    find_builder
    if ! as_builder test -w "$home"; then
        [ -e "$built/jars" ] || fail "not built yet, and $(id -un) cannot write to $home; build it as its owner: $launcher version"
        built=$(readlink -f "$built")
        return 0
    fi
    own_directory
    (
        exec 9>>"$work/lock"
        if ! flock -n 9; then
            say "waiting for another build to end"
            flock 9
        fi
        if stale; then
            [ "${GLOVEBOX_BUILD:-}" = never ] || build
            lay_out
        fi
    ) || exit "${failure:-1}"
    built=$(readlink -f "$built")
}

# Whether there is no build, or one older than a source (or, without Maven, than a jar).
stale() {
    [ -e "$work/current/jars" ] || return 0
    if [ "${GLOVEBOX_BUILD:-}" = never ]; then
        newer=$(find "$home/cli/target" "$home/engine/target" "$home/native/target" \
            -maxdepth 2 \( -name '*.jar' -o -name pause -o -name runsc-launcher -o -name kvm-trial \) \
            -newer "$work/current/jars" -print -quit 2>/dev/null) || :
    else
        newer=$(find "$home/pom.xml" "$home/.mvn" "$home"/*/pom.xml "$home"/*/src/main "$home"/native/src \
            "$home"/native/Makefile -newer "$work/current/sources" -print -quit 2>/dev/null) || :
    fi
    [ -n "$newer" ]
}

# The build belongs to the user who called sudo, where that user may write here.
find_builder() {
    builder=
    if root && [ -n "${SUDO_USER:-}" ] && [ "$SUDO_USER" != root ]; then
        if runuser -u "$SUDO_USER" -- test -w "$home"; then builder=$SUDO_USER; fi
    fi
}

as_builder() {
    if [ -n "$builder" ]; then
        runuser -u "$builder" -- env HOME="$(getent passwd "$builder" | cut -d: -f6)" USER="$builder" LOGNAME="$builder" "$@"
    else
        "$@"
    fi
}

own_directory() {
    as_builder mkdir -p "$work" 2>/dev/null || mkdir -p "$work"
    [ -n "$builder" ] || return 0
    # What root has built here before would be in the builder's way.
    for each in "$work" "$home"/*/target; do
        if [ -e "$each" ]; then chown -R --no-dereference "$builder": "$each"; fi
    done
}

build() {
    missing=$(missing_packages build)
    [ -z "$missing" ] || fail "to build it, Debian packages are missing: ${missing% }; run: sudo $launcher setup"
    log=$work/build.log
    say "building (a minute or two on the first use; log: $log)"
    as_builder touch "$work/started"
    # Jars of dependencies that are none any more must not be taken along.
    as_builder rm -rf "$home/cli/target/lib" "$home/engine/target/lib"
    if ! (cd "$home" && as_builder env JAVA_HOME="$jdk" mvn -B -pl "$modules" -am \
        -Dmaven.test.skip=true -DskipTests -Dspotless.check.skip=true package >"$log" 2>&1 </dev/null); then
        { grep '^\[ERROR\]' "$log" || cat "$log"; } | head -n 20 >&2
        fail "the build failed; whole log: $log"
    fi
}

# Copies what was built to a new directory, makes the command line's AOT cache there, and lets
# "current" name it. The build before stays for an engine that still runs from it.
lay_out() {
    [ -e "$home/engine/target/lib" ] || fail "GLOVEBOX_BUILD=never, and nothing is built below $home"
    [ -e "$work/started" ] || as_builder touch "$work/started"
    next=$work/build.$(date +%Y%m%d%H%M%S)
    rm -rf "$next"
    as_builder mkdir -p "$next/cli" "$next/engine" "$next/native"
    as_builder touch "$next/jars"
    as_builder cp "$home"/cli/target/lib/*.jar "$home"/cli/target/glovebox-cli-*.jar "$next/cli"
    as_builder cp "$home"/engine/target/lib/*.jar "$home"/engine/target/glovebox-engine-*.jar "$next/engine"
    for program in pause runsc-launcher kvm-trial; do
        as_builder cp "$home/native/target/$program" "$next/native"
    done
    as_builder touch -r "$work/started" "$next/sources"
    built=$next
    if ! as_builder "$jdk/bin/java" -XX:AOTCacheOutput="$next/cli.aot" $(cli_options) -cp "$(jars cli)" \
        dev.glovebox.cli.Main --help >"$work/aot.log" 2>&1; then
        say "no AOT cache was made, so that the command line starts slower (log: $work/aot.log)"
    fi
    previous=$(readlink "$work/current" || :)
    as_builder ln -sfn "${next##*/}" "$work/current.new"
    as_builder mv -T "$work/current.new" "$work/current"
    for old in "$work"/build.[0-9]*; do
        case ${old##*/} in
            "${next##*/}" | "$previous") : ;;
            *) rm -rf "$old" ;;
        esac
    done
}

# A class path of all jars in a directory of the build, always in the same order.
jars() {
    joined=
    for jar in "$built/$1"/*.jar; do joined=$joined:$jar; done
    printf '%s' "${joined#:}"
}

cli_options() {
    printf '%s ' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xlog:disable -Xlog:all=off \
        --enable-native-access=ALL-UNNAMED
}

start_cli() {
    exec "$jdk/bin/java" -XX:AOTCache="$built/cli.aot" $(cli_options) -Dglovebox.home="$built" \
        -Dglovebox.launcher="$launcher" -cp "$(jars cli)" dev.glovebox.cli.Main "$@"
}

# The engine: its first word says what of it.
start_engine() { exec_engine exec "$@"; }

# Most of the time it waits: it begins with a small heap, and malloc has few arenas and gives back
# what is free in them.
exec_engine() {
    how=$1 && shift
    ${how#call} env MALLOC_ARENA_MAX=2 "$jdk/bin/java" -XX:+UseSerialGC -XX:+UseCompactObjectHeaders \
        -XX:-UsePerfData -Xms64m -Xmn32m -Xmx512m -XX:MetaspaceSize=64m -XX:ReservedCodeCacheSize=64m \
        -XX:TrimNativeHeapInterval=30000 -XX:+ExitOnOutOfMemoryError \
        --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        -Dglovebox.home="$built" -Dglovebox.launcher="$launcher" -cp "$(jars engine)" \
        dev.glovebox.engine.EngineMain "$@"
}

# Stops the engine and removes all that it made; says what stays.
purge_all() {
    if [ -z "$yes" ]; then
        [ -t 0 ] && [ -t 2 ] || fail "this removes every pod and all data below $data; there is no terminal to ask on, so add --yes"
        printf 'glovebox: this removes every pod and all data below %s; go on? [y/N] ' "$data" >&2
        read -r answer
        case $answer in
            y | Y | yes) : ;;
            *) fail "nothing was removed" ;;
        esac
    fi
    exec_engine call purge --data-dir "$data" || exit $?
    if [ -s "$work/installed-packages" ]; then
        say "packages that apt installed for it stay; remove them with: apt-get remove $(sort -u "$work/installed-packages" | tr '\n' ' ')"
    else
        say "packages stay as they were: apt installed none for it from here"
    fi
    say "the build's output stays: $work and $home/*/target"
    exit 0
}
