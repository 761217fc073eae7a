#!/bin/bash
# The node beside raw CRI on the very same containerd, and beside a real cluster where one is named: they
# take turns ROUNDS times. What a line says is of the one that it names; compare lines of one round.
#   ORACLE_DIR=... benchmarks/node.sh OUT_DIR [measure...]
# measures: create exits burst idle (all of them where none is named)
# create  a pod until a watch shows it Running, and its deletion (grace 1 s) until it is DELETED;
#         raw: RunPodSandbox, CreateContainer, StartContainer, then Stop and Remove
# exits   from a container's last act until a watch shows its pod ended (a clock of 10 ms, which containers
#         under gVisor do not share with the host)
# burst   100 pods made at once until all are Ready; raw: 100 started 4 at a time
# idle    memory (PSS) and processor time of the engine and its containerd, without pods and with 100
# ORACLE_DIR holds cri/build.sh, cri/images.py and kubernetes/build.sh, which build cribench and peerbench
# into BIN (default OUT_DIR/oracle/bin) where they are not there yet. Needs root, JDK 25, Go for building.
# Env: ROUNDS (3)  N (10, pods a round)  RUNTIMES ("runc gvisor")  PORT (16998)
#      THEIRS (kubeconfig of a real cluster with the image IMAGE; none)
set -euo pipefail
ORACLE_DIR=${ORACLE_DIR:?the directory with cri/build.sh and kubernetes/build.sh}
out=${1:?usage: ORACLE_DIR=... node.sh OUT_DIR [measure...]}; shift
mkdir -p "$out"; out=$(cd "$out" && pwd)
home=$(cd "$(dirname "$0")/.." && pwd)
BIN=${BIN:-$out/oracle/bin}; ROUNDS=${ROUNDS:-3}; N=${N:-10}; RUNTIMES=${RUNTIMES:-runc gvisor}
PORT=${PORT:-16998}; THEIRS=${THEIRS:-}; IMAGE=${IMAGE:-docker.io/local/busybox:1}
[ $# -gt 0 ] || set -- create exits burst idle
[ -x "$BIN/peerbench" ] || bash "$ORACLE_DIR/kubernetes/build.sh" "$(dirname "$BIN")" peerbench >&2
[ -x "$BIN/cribench" ] || bash "$ORACLE_DIR/cri/build.sh" "$BIN" cribench >&2
ours=$out/ours

end() { "$home/glovebox" down --data-dir "$ours" --purge --yes > /dev/null; }
trap end EXIT
rm -rf "$ours"
"$home/glovebox" up --yes --data-dir "$ours" --node-name bench --listen "127.0.0.1:$PORT" --default-trust trusted \
    > "$out/up.log" 2>&1 || { cat "$out/up.log" >&2; exit 1; }
export KUBECONFIG=$ours/admin.kubeconfig
engine=$(pgrep -f "EngineMain.*serve.*--data-dir $ours" | head -1)
socket=/run/glovebox/node-bench/containerd.sock
containerd=$(pgrep -f "containerd --config $(readlink -f "$(dirname "$socket")")/" | head -1)
python3 "$ORACLE_DIR/cri/images.py" build "$out" "$(command -v busybox)" "$(command -v busybox)" >&2
"$home/glovebox" image load --data-dir "$ours" "$out/images.tar" > /dev/null

handler() { case $1 in gvisor) echo runsc ;; *) echo "$1" ;; esac; }
bench() { "$BIN/peerbench" -kubeconfig "$1" -image "$IMAGE" "${@:2}"; }
raw() { "$BIN/cribench" "$socket" "$@" | sed 's/^/raw     /'; }
theirs() { [ -z "$THEIRS" ] || bench "$THEIRS" "$@" | sed 's/^/theirs  runc  /'; }
ticks() { awk '{print $14 + $15}' "/proc/$1/stat"; }
pss() { awk '/^Pss:/ {sum += $2} END {print int(sum / 1024)}' "/proc/$1/smaps_rollup"; }
many() { # count: as many pods as a list
    for i in $(seq "$1"); do cat <<Y
---
apiVersion: v1
kind: Pod
metadata: {name: many-$i, labels: {many: "yes"}}
spec:
  terminationGracePeriodSeconds: 1
  containers: [{name: main, image: "$IMAGE", command: [sleep, "100000"], resources: {limits: {memory: 32Mi}}}]
Y
    done; }
burst() {
    local begin=$(date +%s%N) made
    many 100 | kubectl create -f - > /dev/null; made=$(date +%s%N)
    kubectl wait --for=condition=Ready pod -l many=yes --timeout=300s > /dev/null
    echo "ours    runc  100 pods: made in $(((made - begin) / 1000000)) ms, all Ready after $((($(date +%s%N) - begin) / 1000000)) ms"; }
rest() { # what: 30 s of doing nothing
    local e=$(ticks "$engine") c=$(ticks "$containerd")
    sleep 30
    e=$(($(ticks "$engine") - e)); c=$(($(ticks "$containerd") - c))
    echo "ours    $1: engine $(pss "$engine") MiB and $e ticks in 30 s, containerd $(pss "$containerd") MiB and $c ticks (100 ticks are one second)"; }
measure() {
    local runtime
    case $1 in
    create) for runtime in $RUNTIMES; do
            raw seq "$N" "$(handler "$runtime")"
            bench "$KUBECONFIG" -mode pods -n "$N" -runtimeclass "$runtime" | sed "s/^/ours    $runtime  /"
        done; theirs -mode pods -n "$N" ;;
    exits) bench "$KUBECONFIG" -mode exits -n "$N" -runtimeclass runc | sed "s/^/ours    runc  /"
        theirs -mode exits -n "$N" ;;
    burst) raw conc 100 4 runc; burst; kubectl delete pod -l many=yes --wait > /dev/null ;;
    idle) rest "no pods"; burst > /dev/null; sleep 60; rest "100 pods"; kubectl delete pod -l many=yes --wait > /dev/null ;;
    *) echo "no such measure: $1" >&2; exit 2 ;;
    esac; }

date -u +%FT%TZ; git -C "$home" log -1 --format='commit %h'; nproc; uptime
for round in $(seq "$ROUNDS"); do
    for what in "$@"; do
        [ "$what" != idle ] || [ "$round" = 1 ] || continue
        echo "== round $round $what, load $(cut -d' ' -f1 /proc/loadavg)"; measure "$what"
    done
done
