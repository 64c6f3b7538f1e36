#!/usr/bin/env bash
# Deploys one app from an image that was built before, and waits until it answers: the next app is only touched then.
#   scripts/deploy-app.sh fly.worker-fr.toml registry.fly.io/vigie-worker-fr:abc123 https://vigie-worker-fr.fly.dev
set -euo pipefail
config=$1
image=$2
url=$3

# --ha=false: the first deployment of an app would make two machines. flyctl waits for the checks in the file and fails with them.
flyctl deploy --config "$config" --image "$image" --ha=false

case $url in
  *.internal:* | *.flycast*)
    echo "$url is inside the private network: only Fly's own health checks were waited for"
    exit 0
    ;;
esac
for _ in $(seq "${HEALTH_TRIES:-30}"); do
  if answer=$(curl --silent --show-error --fail --max-time 10 "$url/api/health"); then
    echo "$url answers: $answer"
    exit 0
  fi
  sleep "${HEALTH_EVERY_SECONDS:-4}"
done
echo "::error::$config was deployed and $url/api/health does not answer: nothing else is deployed"
exit 1
