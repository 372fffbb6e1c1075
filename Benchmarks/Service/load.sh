#!/bin/bash
# Requests a second of the service over HTTP, with a token, on this computer: wrk (Debian package wrk) against the built
# program on 127.0.0.1, for ten seconds each on two threads and sixteen connections.
#
#   Benchmarks/Service/load.sh [DATABASE]     a company of 100,000 partners is made when none is named
#
# PLANNER_BINARY is the program (.build/release/planner), PLANNER_BENCH_SECONDS how long each takes.
set -euo pipefail
cd "$(dirname "$0")/../.."
planner=${PLANNER_BINARY:-.build/release/planner}
seconds=${PLANNER_BENCH_SECONDS:-10}
command -v wrk >/dev/null || { echo "wrk is not installed (Debian package wrk)" >&2; exit 2; }
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
export PLANNER_DATABASE=${1:-$folder/planner.sqlite} PLANNER_ROADS=none PLANNER_DATA=${PLANNER_DATA:-data}
[ $# -gt 0 ] || "$planner" generate --partners 100000 --trips 1000 --users 40
login=$("$planner" user list --json | python3 -c '
import json, sys
print(next(u["login"] for u in json.load(sys.stdin)["users"] if u["role"] == "administrator"))')
token=$("$planner" token create "$login")
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
echo 'rateLimit: 0' >"$folder/settings.yaml"
"$planner" serve --port "$port" --config "$folder/settings.yaml" >"$folder/log" 2>&1 &
server=$!
api=http://127.0.0.1:$port/api/v1
ask() { curl -sSf -H "Authorization: Bearer $token" "$api/$1"; }
for _ in $(seq 100); do ask partners?limit=1 >/dev/null 2>&1 && break; sleep 0.1; done
ids=$(ask "partners?limit=200&sort=city" | python3 -c '
import json, sys
print(" ".join(i["id"] for i in json.load(sys.stdin)["items"]))')
cat >"$folder/ids.lua" <<LUA
local ids = {}
for id in ("$ids"):gmatch("%S+") do ids[#ids + 1] = id end
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", "/api/v1/partners/" .. ids[n % #ids + 1])
end
LUA
# A circle around the middle of Belarus with 100 partners in it: halving finds its radius.
circle=$(PLANNER_API=$api PLANNER_TOKEN=$token python3 - <<'PY'
import json, os, urllib.request
def count(metres):
    body = {"selection": {"circle": {"center": {"latitude": 53.9, "longitude": 27.6}, "radius": metres}}, "countOnly": True}
    request = urllib.request.Request(
        os.environ["PLANNER_API"] + "/selections/preview", json.dumps(body).encode(),
        {"Authorization": "Bearer " + os.environ["PLANNER_TOKEN"], "Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request))["count"]
low, high = 10, 200_000
while high - low > 1:
    middle = (low + high) // 2
    low, high = (middle, high) if count(middle) < 100 else (low, middle)
print(high)
PY
)
cat >"$folder/select.lua" <<LUA
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"selection":{"circle":{"center":{"latitude":53.9,"longitude":27.6},"radius":$circle}},"limit":100}'
LUA
measure() {
  name=$1; shift
  wrk -t2 -c16 -d"${seconds}s" --latency -H "Authorization: Bearer $token" "$@" >"$folder/wrk"
  awk -v name="$name" '/Requests\/sec/ {rate = $2} / 50%/ {p50 = $2} / 99%/ {p99 = $2} /Non-2xx/ {bad = $NF}
    END {printf "%-52s %9.0f/s  p50 %s  p99 %s  other than 2xx: %d\n", name, rate, p50, p99, bad}' "$folder/wrk"
}
measure "a partner by id (10,000/s wanted)" -s "$folder/ids.lua" "$api/"
measure "50 active agencies by last visit (2,000/s wanted)" "$api/partners?status=active&kind=agency&sort=-lastVisit&limit=50"
measure "100 partners of a circle on the map (1,500/s wanted)" -s "$folder/select.lua" "$api/selections/preview"
measure "100 of a region by name (1,500/s wanted)" "$api/partners?region=BY-BR&limit=100"
measure "50 with вояж in them" "$api/partners?q=%D0%B2%D0%BE%D1%8F%D0%B6"
grep -E 'VmRSS|VmHWM' "/proc/$server/status"
