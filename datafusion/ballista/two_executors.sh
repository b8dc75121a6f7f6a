#!/usr/bin/env bash
# A scheduler and two executors on this machine: every aggregate says the same as embedded and as the core on made-up
# rows, the tests of the package pass on the cluster, golden vectors among them, and it all is the same while one
# executor is killed in the middle. Fails at any difference, and after LIMIT seconds a check.
#
#     ROWS=6000003 ./two_executors.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

cargo build --tests
program="${CARGO_TARGET_DIR:-target}/debug/probity-ballista"
# A multiple of nine: three judgments an item, three tasks.
rows="${ROWS:-900000}" port="${PORT:-50150}" limit="${LIMIT:-600}"
folder="$(mktemp -d)"
pids=()
clean() {
    kill -9 "${pids[@]}" 2>/dev/null || true
    rm -rf "$folder"
}
trap clean EXIT

"$program" data "$folder/data" "$rows" 8

"$program" scheduler 127.0.0.1 "$port" >"$folder/scheduler.log" 2>&1 &
pids+=($!)
for executor in 1 2; do
    # Each in a folder of its own for what it shuffles.
    mkdir "$folder/tmp$executor"
    TMPDIR="$folder/tmp$executor" "$program" executor 127.0.0.1 $((port + 10 * executor)) 127.0.0.1 "$port" \
        >"$folder/executor$executor.log" 2>&1 &
    pids+=($!)
done
sleep 3

check() {
    timeout -k 5 "$limit" "$program" check "df://127.0.0.1:$port" "$folder/data" "$rows" "$@"
}
echo "two executors"
check embedded
for executor in 1 2; do
    files=$(find "$folder/tmp$executor" -type f | wc -l)
    echo "executor $executor shuffled $files files"
    ((files > 0))
done

echo "the tests of the package on two executors"
mkdir "$folder/tables"
PROBITY_CLUSTER="df://127.0.0.1:$port" PROBITY_SHARED="$folder/tables" timeout -k 5 "$limit" cargo test --test cluster

echo "one of them killed ${KILL_AFTER:-1} s after the first query"
: >"$folder/killed.txt"
check >"$folder/killed.txt" &
pids+=($!)
until grep -q asked "$folder/killed.txt"; do
    kill -0 "${pids[3]}"
    sleep 0.1
done
sleep "${KILL_AFTER:-1}"
kill -9 "${pids[2]}"
grep -q 'the same' "$folder/killed.txt" && echo "too late: the query was done before" && exit 1
wait "${pids[3]}" && cat "$folder/killed.txt"
