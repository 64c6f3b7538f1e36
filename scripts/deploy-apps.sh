#!/usr/bin/env bash
# Deploys apps from the images of LABEL, one after the other, and waits until each answers: the first that fails ends it.
#   scripts/deploy-apps.sh canary|regions|main LABEL
set -euo pipefail
part=$1
label=$2

wait_until_healthy() {
  local url=$1
  case $url in
    *.internal:* | *.flycast*)
      echo "$url is inside the private network: only Fly's own health checks were waited for"
      return
      ;;
  esac
  for _ in $(seq "${HEALTH_TRIES:-30}"); do
    if answer=$(curl --silent --show-error --fail --max-time 10 "$url/api/health"); then
      echo "$url answers: $answer"
      return
    fi
    sleep "${HEALTH_EVERY_SECONDS:-4}"
  done
  echo "::error::$url/api/health does not answer: nothing else is deployed"
  return 1
}

list=$(node local/list-apps.ts "$part" "$label")
while IFS=$'\t' read -r config image url; do
  echo "::group::$config"
  # --ha=false: the first deployment of an app would make two machines. flyctl waits for the checks of the file and fails with them.
  flyctl deploy --config "$config" --image "$image" --ha=false < /dev/null
  wait_until_healthy "$url"
  echo "::endgroup::"
done < <(printf "%s" "${list:+$list$'\n'}")
