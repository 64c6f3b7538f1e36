#!/usr/bin/env bash
# Waits until main finds every region healthy (a banned one is: it rests). Wants API_SECRET.
#   scripts/wait-for-fleet.sh https://vigie-main.fly.dev
set -euo pipefail
url=$1
stats='{}'
for _ in $(seq "${HEALTH_TRIES:-30}"); do
  if stats=$(curl --silent --show-error --fail --max-time 10 --header "x-api-key: $API_SECRET" "$url/api/v1/worker/main/stats") &&
    jq --exit-status '.totalWorkers > 0 and .unhealthyWorkers == 0' <<< "$stats" > /dev/null; then
    jq --compact-output '{totalWorkers, availableWorkers, bannedWorkers}' <<< "$stats"
    exit 0
  fi
  sleep "${HEALTH_EVERY_SECONDS:-4}"
done
echo "::error::unhealthy: $(jq --compact-output '[.workers[]? | select(.isHealthy | not) | {id, lastError}]' <<< "$stats")"
exit 1
