#!/usr/bin/env bash
# Waits until main has looked at every region from now on and found it healthy (a banned one is: it rests). Wants API_SECRET.
#   scripts/wait-for-fleet.sh https://vigie-main.fly.dev
set -euo pipefail
url=$1
# What the main before this one saw does not count.
since=$(date --utc +%Y-%m-%dT%H:%M:%S)
stats='{}'
for _ in $(seq "${FLEET_TRIES:-75}"); do
  if stats=$(curl --silent --show-error --fail --max-time 10 --header "x-api-key: $API_SECRET" "$url/api/v1/worker/main/stats") &&
    jq --exit-status --arg since "$since" \
      '.totalWorkers > 0 and all(.workers[]; .isHealthy and .lastHealthCheckAt > $since)' <<< "$stats" > /dev/null; then
    jq --compact-output '{totalWorkers, availableWorkers, bannedWorkers}' <<< "$stats"
    exit 0
  fi
  sleep "${HEALTH_EVERY_SECONDS:-4}"
done
echo "::error::not seen healthy: $(jq --compact-output --arg since "$since" \
  '[.workers[]? | select(.isHealthy and .lastHealthCheckAt > $since | not) | {id, lastError, lastHealthCheckAt}]' <<< "$stats")"
exit 1
