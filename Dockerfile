# Three images from one file: `main`, `worker`, and `worker-browser`, which is a worker with Debian's Chromium.
#   docker build --target main --tag vigie-main .
# There is no build step: Node runs the .ts files as they are.
FROM node:24-bookworm-slim AS base
# The allocator keeps one arena, and gives back what is free: threads that inflate answers keep their memory otherwise.
ENV NODE_ENV=production MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072
WORKDIR /app

FROM base AS dependencies
COPY package.json package-lock.json ./
# No package that runs here needs its install script.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM base AS main
ENV NODE_OPTIONS=--max-semi-space-size=2
COPY --from=dependencies /app/node_modules ./node_modules
# shared/version.ts reads it, and `#shared/` is defined there.
COPY package.json ./
COPY supabase/migrations ./supabase/migrations
# `node local/database/migrate.ts` before a deployment, `node local/database/main.ts` as the gateway of compose.yaml.
COPY local/database ./local/database
COPY shared ./shared
COPY main-worker ./main-worker
USER node
CMD ["node", "main-worker/main.ts"]

FROM base AS worker
ENV NODE_OPTIONS="--max-semi-space-size=2 --max-old-space-size=48"
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY shared ./shared
COPY regional-worker ./regional-worker
USER node
CMD ["node", "regional-worker/main.ts"]

# Chromium lies below the code: a deployment that changes code sends a few MB, not 300.
FROM base AS browser
RUN apt-get update && apt-get install --yes --no-install-recommends chromium && rm -rf /var/lib/apt/lists/*

FROM browser AS worker-browser
# Chromium's own sandbox wants user namespaces, which Docker refuses by default: without the flag it does not start there. The
# container is the boundary then. An empty CHROME_ARGS brings the sandbox back where they are allowed (docs/rehearsal.md).
ENV CHROME_PATH=/usr/bin/chromium CHROME_ARGS=--no-sandbox
ENV NODE_OPTIONS="--max-semi-space-size=2 --max-old-space-size=48"
COPY --from=worker /app ./
USER node
CMD ["node", "regional-worker/main.ts"]
