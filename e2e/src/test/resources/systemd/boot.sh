#!/bin/sh
# Boots the machine's systemd as the first process of namespaces of its own, with the machine's files
# below a layer in memory, so that nothing of it stays: boot.sh begin DIRECTORY NAME REPOSITORY.
# Only what the target `node` wants is started. NAME is a cgroup in every hierarchy, the root of all
# that is seen inside. Where the process that is left ends, everything in it ends.
#
# boot.sh run DIRECTORY NAME PID WORD...: a command in there, PID being systemd's.
# boot.sh clear DIRECTORY NAME: takes the cgroups away after the end.
set -eu
step=$1
directory=$2
name=$3
shift 3

cgroup_mounts() {
    while read -r _ point type options _; do
        case $type in cgroup | cgroup2) printf '%s %s %s\n' "$point" "$type" "$options" ;; esac
    done </proc/self/mounts
}

begin() {
    cgroup_mounts >"$directory/cgroups"
    while read -r point type _; do
        mkdir "$point/$name"
        if [ "$type" = cgroup ] && [ -e "$point/cpuset.cpus" ]; then
            cat "$point/cpuset.cpus" >"$point/$name/cpuset.cpus"
            cat "$point/cpuset.mems" >"$point/$name/cpuset.mems"
        fi
        echo $$ >"$point/$name/cgroup.procs"
    done <"$directory/cgroups"
    exec unshare --pid --fork --kill-child --mount --uts --ipc --net --cgroup \
        sh "$0" inside "$directory" "$name" "$1"
}

# In cgroup v2 no process may be beside the cgroups that systemd makes.
run() {
    while read -r point type _; do
        own=$point/$name
        if [ "$type" = cgroup2 ]; then
            own=$own/commands
            mkdir -p "$own"
        fi
        echo $$ >"$own/cgroup.procs"
    done <"$directory/cgroups"
    process=$1
    shift
    exec nsenter --target "$process" --all "$@"
}

clear() {
    while read -r point _; do
        [ ! -e "$point/$name" ] || find "$point/$name" -depth -type d -exec rmdir {} +
    done <"$directory/cgroups"
}

# Of the options of a mount of cgroup v1, those that say which hierarchy it is.
hierarchy() {
    wanted=
    for each in $(echo "$1" | tr , ' '); do
        case $each in
            name=* | cpu | cpuacct | cpuset | memory | devices | freezer | blkio | pids | net_cls | \
                net_prio | perf_event | hugetlb | rdma | misc) wanted=$wanted,$each ;;
        esac
    done
    echo "${wanted#,}"
}

mount_cgroups() {
    if grep -q '^/sys/fs/cgroup/' "$directory/cgroups"; then
        mount -t tmpfs -o mode=755 cgroups "$root/sys/fs/cgroup"
    fi
    while read -r point type options; do
        mkdir -p "$root$point"
        if [ "$type" = cgroup ]; then
            mount -t cgroup -o "$(hierarchy "$options")" cgroup "$root$point"
        else
            mount -t cgroup2 cgroup2 "$root$point"
        fi
    done <"$directory/cgroups"
}

mount_devices() {
    mount -t tmpfs -o mode=755 devices "$root/dev"
    for each in null zero full random urandom tty; do
        : >"$root/dev/$each"
        mount --bind "/dev/$each" "$root/dev/$each"
    done
    mkdir "$root/dev/pts" "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
    mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
}

write_units() {
    rm -rf "$root"/lib/systemd/system/*.wants "$root"/lib/systemd/system-generators \
        "$root"/etc/systemd/system "$root"/var/log/journal
    mkdir -p "$root/etc/systemd/system" "$root/etc/systemd/journald.conf.d"
    printf '[Unit]\nDefaultDependencies=no\nAllowIsolate=yes\nWants=systemd-journald.service containerd.service\n' \
        >"$root/etc/systemd/system/node.target"
    printf '[Journal]\nStorage=volatile\nReadKMsg=no\nAudit=no\n' >"$root/etc/systemd/journald.conf.d/node.conf"
    echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
}

inside() {
    mount --make-rprivate /
    ip link set lo up
    mount -t tmpfs -o mode=755 node "$directory"/layer
    root=$directory/layer/root
    mkdir "$directory"/layer/upper "$directory"/layer/work "$root"
    mount -t overlay -o "lowerdir=/,upperdir=$directory/layer/upper,workdir=$directory/layer/work" node "$root"
    for each in "$1" "$directory"; do
        [ -e "$root$each" ] || { mkdir -p "$root$each" && mount --bind "$each" "$root$each"; }
    done
    mount -t proc proc "$root/proc"
    mount -t sysfs sysfs "$root/sys"
    mount_cgroups
    mount -o remount,bind,ro "$root/sys"
    mount_devices
    mount -t tmpfs -o mode=755 run "$root/run"
    rm -rf "$root/var/lib/containerd" "$root/etc/containerd" "$root/etc/cni" "$root/usr/local/lib/glovebox" "$root"/usr/local/bin/*runsc*
    mkdir -p "$root/var/lib/containerd" "$root/etc/containerd"
    mount -t tmpfs containerd "$root/var/lib/containerd"
    cp "$directory/config.toml" "$root/etc/containerd/config.toml"
    cp "$directory/busybox" "$root/bin/busybox"
    write_units
    cd "$root"
    pivot_root . mnt
    umount -l /mnt
    export container=glovebox
    exec /lib/systemd/systemd --system --unit=node.target
}

"$step" "$@"
