# Says what is missing on this machine, and how to mend it: one line each. Needs neither root, nor a
# build, nor a running engine.

doctor() {
    troubles=0
    look_at_jdk
    look_at_packages
    look_at_versions
    look_at_faults
    look_at_kernel
    look_at_virtual_machines
    look_at_cgroups
    look_at_rights
    look_at_engine
    if [ "$troubles" -eq 0 ]; then
        echo "ok       nothing is missing"
        exit 0
    fi
    exit 1
}

good() { printf 'ok       %s\n' "$*"; }
note() { printf 'note     %s\n' "$*"; }
missing() {
    printf 'missing  %s\n' "$*"
    troubles=$((troubles + 1))
}

look_at_jdk() {
    if jdk=$(jdk_home); then
        good "JDK $(jdk_version "$jdk"): $jdk"
    else
        missing "JDK $oldest_jdk: $(jdk_cure)"
    fi
}

look_at_packages() {
    absent=$(missing_packages machine build)
    if [ -z "$absent" ]; then
        good "Debian packages: all there"
    else
        missing "Debian packages: ${absent% }: run: sudo $launcher setup"
    fi
    if [ -x /usr/bin/dpkg-query ] && dpkg-query -W -f '${Status}' containerd.io 2>/dev/null | grep -q ' installed'; then
        note "Docker's containerd.io is installed: Glovebox starts a containerd of its own beside it"
    fi
}

look_at_versions() {
    if command -v containerd >/dev/null; then good "$(containerd --version | cut -d' ' -f1,3)"; fi
    if command -v runc >/dev/null; then good "$(runc --version | sed -n 1p)"; fi
    if command -v nft >/dev/null; then good "nft $(nft --version | cut -d" " -f2)"; fi
    if command -v runsc >/dev/null; then
        good "$(runsc --version | sed -n 1p) on PATH"
    else
        note "runsc is not on PATH: the engine fetches Debian's (20240729) by itself when it starts"
    fi
    command -v kubectl >/dev/null || note "kubectl is not on PATH: Debian has it as kubernetes-client; run: sudo apt-get install kubernetes-client"
}

# Programs of known versions with published ways out of a container, or that lose output, one line
# each.
look_at_faults() {
    . "$home/packaging/sh/escapes.sh"
    for program in runc containerd runsc; do
        programs_of "$program" | while read -r file; do
            case $program in
                runc) version=$("$file" --version | sed -n '1s/^runc version //p') ;;
                containerd) version=$("$file" --version | cut -d' ' -f3) ;;
                runsc) version=$("$file" --version | sed -n '1s/.*\(20[0-9]\{6\}\).*/\1/p') ;;
            esac
            version=$(printf '%s' "${version#v}" | sed 's/[+~]ds.*//; s/+.*//')
            if [ -z "$version" ]; then
                note "$file does not say its version: whether it has published escapes is not known"
                continue
            fi
            warn_of_escapes "$program" "$version" "$file"
            if [ "$program" = containerd ]; then warn_of_lost_output "$version" "$file"; fi
        done
    done
    kata=$data/runtimes/kata.install.json
    if [ -r "$kata" ]; then warn_of_escapes kata "$(in_use version "$kata")" "$kata"; fi
    if [ -d "$data" ] && [ ! -r "$data" ]; then
        note "$data cannot be read: programs below it were not looked at; run: sudo $launcher doctor"
    fi
}

warn_of_escapes() {
    escapes_of "$1" "$2" "$3" | while read -r escape; do
        printf 'warning  %s %s has %s (%s)\n' "$1" "$2" "$escape" "$3"
    done
}

# Before these versions containerd closes the pipes of a task that it deletes without reading what is
# left in them.
warn_of_lost_output() {
    if ! mended "$1" "1.6.22, 1.7.3"; then
        printf 'warning  containerd %s loses the end of what a container writes right before it ends; mended in 1.6.22, 1.7.3 (%s)\n' "$1" "$2"
    fi
}

# The files of a program that may be run here: the one on PATH, and those below the data directory
# that are in use: unpacked from Debian's packages, or installed.
programs_of() {
    {
        command -v "$1" || :
        for unpacked in "$data"/packages/*/*; do
            if [ -L "$unpacked" ]; then printf '%s\n' "$unpacked/usr/bin/$1" "$unpacked/usr/sbin/$1"; fi
        done
        for kept in "$data"/runtimes/*.install.json; do
            if [ -r "$kept" ]; then printf '%s/%s\n' "$(in_use home "$kept")" "$1"; fi
        done
    } | while read -r file; do
        if [ -x "$file" ] && [ -f "$file" ]; then readlink -f "$file"; fi
    done | sort -u
}

# A word of what is in use, as `runtimes install` has written it down.
in_use() { sed -n "s/^ *\"$1\" : \"\(.*\)\",\{0,1\}\$/\1/p" "$2" | sed -n 1p; }

look_at_kernel() {
    release=$(uname -r)
    major=${release%%.*}
    rest=${release#*.}
    minor=${rest%%[!0-9]*}
    if [ "$major" -gt 5 ] || { [ "$major" -eq 5 ] && [ "$minor" -ge 6 ]; }; then
        good "kernel $release"
    else
        missing "kernel $release: gVisor needs 5.6 or newer: upgrade this machine"
    fi
    case $(uname -m) in
        x86_64 | aarch64) : ;;
        *) missing "processor $(uname -m): gVisor runs on x86_64 and aarch64 only" ;;
    esac
}

# Whether Kata could run. A device is not enough, so that a virtual machine is tried, within a few
# seconds; nothing else needs one.
look_at_virtual_machines() {
    trial=$work/current/native/kvm-trial
    if [ ! -e /dev/kvm ]; then
        note "no /dev/kvm: virtual machines (--isolation kata) need virtualisation by hardware"
    elif ! root; then
        : # who is not root may not open it, and starts no containers
    elif [ ! -x "$trial" ]; then
        note "whether virtual machines run here (--isolation kata) is seen after the first build"
    else
        if why=$(timeout -s KILL 10 "$trial" 2>&1); then
            good "virtual machines run: /dev/kvm"
        else
            note "no virtual machines (--isolation kata): $why"
        fi
    fi
}

look_at_cgroups() {
    if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
        good "cgroup v2"
        for controller in cpu memory pids; do
            grep -qw "$controller" /sys/fs/cgroup/cgroup.controllers || missing "cgroup controller $controller: boot without cgroup_disable=$controller"
        done
    elif [ -d /sys/fs/cgroup/memory ]; then
        good "cgroup v1"
        for controller in cpu memory pids; do
            [ -d "/sys/fs/cgroup/$controller" ] || missing "cgroup controller $controller: mount it below /sys/fs/cgroup"
        done
    else
        missing "cgroups: mount them: mount -t cgroup2 none /sys/fs/cgroup"
    fi
}

look_at_rights() {
    if ! root; then
        note "not root: starting containers needs it; run: sudo $launcher up"
        return 0
    fi
    bounded=$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status)
    # CAP_SYS_RESOURCE is bit 24.
    if [ $((0x$bounded >> 24 & 1)) -eq 0 ]; then
        note "root lacks CAP_SYS_RESOURCE here: Glovebox adapts (restrict_oom_score_adj)"
    fi
    # CAP_SYS_ADMIN is bit 21, CAP_NET_ADMIN bit 12.
    [ $((0x$bounded >> 21 & 1)) -eq 1 ] || missing "CAP_SYS_ADMIN: root lacks it; run on a machine or in a container that gives it"
    [ $((0x$bounded >> 12 & 1)) -eq 1 ] || missing "CAP_NET_ADMIN: root lacks it; run on a machine or in a container that gives it"
    if [ "$(cat /proc/sys/net/ipv4/ip_forward)" != 1 ]; then
        note "net.ipv4.ip_forward is 0: the engine turns it on for pods' networks"
    fi
}

look_at_engine() {
    above=$data
    while [ ! -e "$above" ]; do above=$(dirname "$above"); done
    if root && ! [ -w "$above" ]; then missing "data directory $data: $above cannot be written; choose another with --data-dir"; fi
    free=$(df -Pm "$above" | awk 'NR == 2 { print $4 }')
    if [ "$free" -ge 1024 ]; then good "disk: $free MiB free at $above"; else missing "disk: only $free MiB free at $above; images need room: free some, or choose another --data-dir"; fi
}
