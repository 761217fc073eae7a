# Installs Debian's packages, and leaves none of their services running.

policy=${GLOVEBOX_POLICY:-/usr/sbin/policy-rc.d}
policy_mark='# Written by glovebox while it installs packages; it removes this again.'

# What each purpose needs, one "package file-or-command..." a line: a package is missing where one of
# its words is. A word with a slash is a file, any other a command.
needs() {
    case $1 in
        machine)
            echo 'containerd containerd'
            echo 'runc runc'
            echo 'containernetworking-plugins /usr/lib/cni/ptp /usr/lib/cni/host-local /usr/lib/cni/loopback'
            echo 'nftables nft'
            echo 'iproute2 ip'
            echo 'ca-certificates /etc/ssl/certs/ca-certificates.crt'
            ;;
        build)
            echo 'gcc cc'
            echo 'libc6-dev /usr/include/stdio.h'
            echo 'make make'
            echo 'maven mvn'
            ;;
        verify)
            echo 'curl curl'
            echo 'openssl openssl'
            echo 'python3 python3'
            echo 'util-linux lsns setpriv'
            echo 'bsdutils script'
            echo 'busybox-static busybox'
            echo 'procps ps sysctl'
            ;;
        *) fail "no such purpose: $1" ;;
    esac
}

has() {
    case $1 in
        */*) [ -e "$1" ] ;;
        *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

# The packages that are missing for the purposes named, in one line.
missing_packages() {
    for purpose in "$@"; do
        needs "$purpose" | while read -r package words; do
            for word in $words; do
                if ! has "$word"; then
                    printf '%s ' "$package"
                    break
                fi
            done
        done
    done
}

apt_command() { printf 'apt-get install --no-remove --no-install-recommends %s' "${*% }"; }

# Installs what is missing for the purposes named, after a word from the user.
install_missing() {
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null 2>&1; then
        fail "missing: ${missing% } (names of Debian's packages); there is no apt-get here to install them with"
    fi
    root || fail "missing: ${missing% }; run: sudo $(apt_command "$missing")"
    consent "$missing"
    install_packages "$missing"
}

# Goes on where the user has said --yes, or says so now.
consent() {
    say "these Debian packages are missing and will be installed: ${1% }"
    [ -z "$yes" ] || return 0
    if ! [ -t 0 ] || ! [ -t 2 ]; then
        fail "there is no terminal to ask on; add --yes, or run: sudo $(apt_command "$1")"
    fi
    printf 'glovebox: go on? [Y/n] ' >&2
    read -r answer
    case $answer in
        '' | y | Y | yes) return 0 ;;
        *) fail "nothing was installed" ;;
    esac
}

install_packages() {
    mkdir -p "$work"
    log=$work/apt.log
    : >"$log"
    forget_stale_policy
    hold_services
    trap 'release_services' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    say "installing (log: $log)"
    # shellcheck disable=SC2086 # names of packages, without blanks or patterns
    if ! apt_install $1 && ! { apt_get update && apt_install $1; }; then
        tail -n 15 "$log" >&2
        fail "apt-get failed (whole log: $log); nothing was removed or replaced"
    fi
    stop_services "$1"
    release_services
    trap - EXIT INT TERM HUP
    # shellcheck disable=SC2086
    printf '%s\n' $1 >>"$work/installed-packages"
}

apt_get() { DEBIAN_FRONTEND=noninteractive apt-get -q "$@" >>"$log" 2>&1 </dev/null; }
apt_install() { apt_get install -y --no-remove --no-install-recommends "$@"; }

# Debian's maintainer scripts ask policy-rc.d before they start a service. One that is there already
# is the administrator's, and stays.
hold_services() {
    [ ! -e "$policy" ] || return 0
    printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" >"$policy"
    chmod 755 "$policy"
}

release_services() { forget_stale_policy; }

forget_stale_policy() {
    if [ -f "$policy" ] && grep -qxF "$policy_mark" "$policy"; then rm -f "$policy"; fi
}

# containerd's service would also start with the machine. Glovebox runs a containerd of its own, so
# that the service, which nobody asked for, is turned off; the user may turn it on.
stop_services() {
    case " $1 " in
        *' containerd '*)
            if command -v systemctl >/dev/null 2>&1; then
                systemctl disable --quiet containerd.service >>"$log" 2>&1 || say "could not disable containerd.service (see $log)"
                if [ -d /run/systemd/system ]; then systemctl stop containerd.service >>"$log" 2>&1 || :; fi
            fi
            ;;
        *) : ;;
    esac
}
