#!/usr/bin/env bash
# Builds each image once and pushes it to Fly's registry.
#   scripts/build-images.sh LABEL
set -euo pipefail
label=$1
list=$(node local/list-apps.ts build "$label")
while IFS=$'\t' read -r config _ _; do
  flyctl deploy --config "$config" --build-only --push --image-label "$label" < /dev/null
done <<< "${list:?nothing to deploy}"
