#!/bin/bash
# The API beside a real kube-apiserver with etcd: both run all the time, and take turns under the same
# load, ROUNDS times. What a line says is of the server that it names; compare lines of one round.
#   ORACLE_DIR=... benchmarks/api.sh OUT_DIR [measure...]
# measures: create update list lists watch watch1000 burst1000 memory (all of them where none is named)
# ORACLE_DIR holds api/oracle.sh and kubernetes/build.sh, which builds etcd, kube-apiserver and peerbench
# into BIN (default OUT_DIR/oracle/bin) where they are not there yet. Needs root, JDK 25, Go for building.
# Env: ROUNDS (3)  PORT (16999, ours)  OBJECTS (10000, what lists list)
set -euo pipefail
ORACLE_DIR=${ORACLE_DIR:?the directory with api/oracle.sh and kubernetes/build.sh}
out=${1:?usage: ORACLE_DIR=... api.sh OUT_DIR [measure...]}; shift
mkdir -p "$out"; out=$(cd "$out" && pwd)
home=$(cd "$(dirname "$0")/.." && pwd)
BIN=${BIN:-$out/oracle/bin}; ROUNDS=${ROUNDS:-3}; PORT=${PORT:-16999}; OBJECTS=${OBJECTS:-10000}
[ $# -gt 0 ] || set -- create update list lists watch watch1000 burst1000 memory
missing=()
for program in etcd kube-apiserver peerbench; do [ -x "$BIN/$program" ] || missing+=("$program"); done
[ ${#missing[@]} = 0 ] || bash "$ORACLE_DIR/kubernetes/build.sh" "$(dirname "$BIN")" "${missing[@]}" >&2
ours=$out/ours; theirs=$out/theirs

end() {
    bash "$ORACLE_DIR/api/oracle.sh" "$theirs" "$BIN" down
    "$home/glovebox" down --data-dir "$ours" --purge --yes > /dev/null
}
trap end EXIT
rm -rf "$ours" "$theirs"
bash "$ORACLE_DIR/api/oracle.sh" "$theirs" "$BIN" up > /dev/null
"$home/glovebox" up --yes --data-dir "$ours" --no-node --listen "127.0.0.1:$PORT" --default-trust trusted \
    > "$out/up.log" 2>&1 || { cat "$out/up.log" >&2; exit 1; }
their_pid=$(cat "$theirs/api.pid"); etcd_pid=$(cat "$theirs/etcd.pid")
our_pid=$(pgrep -f "glovebox.*serve.*--data-dir $ours" | head -1)

rss() { # MiB of these processes together
    local sum=0 pid
    for pid; do sum=$((sum + $(awk '/^VmRSS/ {print $2}' "/proc/$pid/status"))); done
    echo $((sum / 1024)); }
bench() { # server words...: one run of peerbench, its lines under the server's name
    local server=$1 config pid; shift
    case $server in
    ours) config=$ours/admin.kubeconfig pid=$our_pid ;;
    theirs) config=$theirs/kubeconfig pid=$their_pid ;;
    esac
    "$BIN/peerbench" -kubeconfig "$config" -pid "$pid" "$@" | sed "s/^/$server  /"; }
update() { # server clients updates
    local server=$1; shift
    case $server in
    ours) java "$home/benchmarks/Updates.java" "https://127.0.0.1:$PORT" "$@" certificate "$ours/pki/admin.crt" "$ours/pki/admin.key" ;;
    theirs) java "$home/benchmarks/Updates.java" https://127.0.0.1:16443 "$@" token admintoken ;;
    esac | sed "s/^/$server  /"; }
each() { # command...: for both servers, the first one changing from round to round
    local first=ours second=theirs
    [ $((round % 2)) = 1 ] || { first=theirs; second=ours; }
    "$1" $first "${@:2}"; "$1" $second "${@:2}"; }
measure() {
    case $1 in
    create) each bench -mode cm -clients 1 -n 800; each bench -mode cm -clients 16 -n 4000; each bench -mode clean ;;
    update) each update 1 800; each update 16 4000 ;;
    list) each bench -mode list -n 15 -ns listed ;;
    lists) each bench -mode listc -clients 16 -n 3 -ns listed ;;
    watch) each bench -mode watch -clients 100 -rate 100 -dur 10s -ns watched ;;
    watch1000) each bench -mode watch -clients 1000 -rate 10 -dur 10s -ns watched ;;
    burst1000) each bench -mode watch -clients 1000 -rate 100 -dur 10s -ns watched ;;
    memory) echo "ours  $(rss "$our_pid") MiB; theirs  $(rss "$their_pid") MiB and etcd $(rss "$etcd_pid") MiB" ;;
    *) echo "no such measure: $1" >&2; exit 2 ;;
    esac; }

date -u +%FT%TZ; git -C "$home" log -1 --format='commit %h'; nproc; uptime
echo "== idle"; measure memory
round=1
case " $* " in *" list"*) echo "== filling"; each bench -mode fill -clients 16 -n "$OBJECTS" -ns listed; measure memory ;; esac
for round in $(seq "$ROUNDS"); do
    for what in "$@"; do echo "== round $round $what, load $(cut -d' ' -f1 /proc/loadavg)"; measure "$what"; done
done
