#!/bin/sh
# Measures Gantry's API server and, in the same run on the same machine, upstream's kube-apiserver with etcd: RUNS times
# each, in turns. Prints medians with their ratio, and leaves everything in OUT. Further arguments go to
# `gantry bench api` ("--scale 0.02 --step 1s" tries the whole out in a minute).
# Measure on a machine that does nothing else; BENCH_DIR is the disk that is used.
set -eu
cd "$(dirname "$0")/.."
runs=${RUNS:-3}
out=${OUT:-bench-peer}
dir=${BENCH_DIR:-${TMPDIR:-/tmp}}
gantry=${GANTRY_BIN:-bin/gantry}
for need in "$gantry" bin/peers/kube-run bin/peers/kube-apiserver bin/peers/etcd bin/peers/bench-table; do
	[ -x "$need" ] || { echo "bench-peer: $need is missing; make bench-peer builds it" >&2; exit 1; }
done
mkdir -p "$out"
: >"$out/peer.jsonl"
: >"$out/gantry.jsonl"
uptime >"$out/load.txt"
for run in $(seq "$runs"); do
	echo "run $run of $runs: kube-apiserver ..." >&2
	bin/peers/kube-run --dir "$dir" -- sh -c '
		echo "{\"bench\":\"api\",\"metric\":\"ready_ms\",\"value\":$PEER_READY_MS,\"unit\":\"ms\",\"params\":{}}"
		exec "$0" bench api --json --kubeconfig "$PEER_KUBECONFIG" --pids "$PEER_PIDS" "$@"' "$gantry" "$@" >>"$out/peer.jsonl"
	echo "run $run of $runs: gantry ..." >&2
	"$gantry" bench api --json --dir "$dir" "$@" >>"$out/gantry.jsonl"
	uptime >>"$out/load.txt"
done
bin/peers/bench-table "$out/peer.jsonl" "$out/gantry.jsonl" | tee "$out/table.txt"
