#!/usr/bin/env bash
# A scheduler and two executors on this machine: the same figures, to the last digit, as embedded; then again while one
# executor is killed in the middle.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

cargo build
program="${CARGO_TARGET_DIR:-target}/debug/probity-ballista"
folder="$(mktemp -d)"
pids=()
clean() {
    kill -9 "${pids[@]}" 2>/dev/null || true
    rm -rf "$folder"
}
trap clean EXIT

rows="${ROWS:-1000000}" port="${PORT:-50150}"
"$program" data "$folder/data" "$rows" 4
"$program" data "$folder/more" $((6 * rows)) 8

"$program" scheduler 127.0.0.1 "$port" >"$folder/scheduler.log" 2>&1 &
pids+=($!)
for executor in 1 2; do
    # Each in a folder of its own for what it shuffles.
    mkdir -p "$folder/tmp$executor"
    TMPDIR="$folder/tmp$executor" "$program" executor 127.0.0.1 $((port + 10 * executor)) 127.0.0.1 "$port" \
        >"$folder/executor$executor.log" 2>&1 &
    pids+=($!)
done
sleep 3

figures='SELECT task, percent_agreement(a, b), cohen_kappa_ci(a, b), scott_pi(a, b), gwet_ac1(a, b), ece(conf, correct, 15),
    brier(conf, correct), auroc_hist(conf, correct, 100), tally_pairs(a, b) FROM t GROUP BY task'
alpha='SELECT krippendorff_alpha_ci(labels) FROM (SELECT array_agg(label) AS labels FROM
    (SELECT item / 3 AS unit, a AS label FROM t) GROUP BY unit)'
same() {
    local name="$1" data="$2" sql="$3" began
    "$program" query embedded "$data" "$sql" >"$folder/embedded.txt"
    began=$(date +%s%N)
    "$program" query "df://127.0.0.1:$port" "$data" "$sql" >"$folder/cluster.txt"
    printf '%s: %d ms, ' "$name" $((($(date +%s%N) - began) / 1000000))
    cmp "$folder/embedded.txt" "$folder/cluster.txt" && echo 'the same bytes as embedded'
}
same 'two executors, eight figures by task' "$folder/data" "$figures"
same 'two executors, alpha over items' "$folder/data" "$alpha"

same 'two executors, six times the rows' "$folder/more" "$figures"
(sleep "${KILL_AFTER:-1}" && kill -9 "${pids[2]}" && echo "killed executor 2") &
same 'one of them killed in the middle' "$folder/more" "$figures"
